import fc from "fast-check";
import type { HaPostgresArgs } from "../../components/index.ts";

const mebibytes = (min: number, max: number) => fc.integer({ min, max }).map((size) => `${size}MiB`);
/** One of a few round values, or any. */
const roundOr = (round: readonly number[], ...any: fc.Arbitrary<number>[]) =>
  fc.oneof(fc.constantFrom(...round), ...any);
/** Few of the fields: of many, one nearly always breaks a sum. */
const some = <Shape extends object>(shape: { [Key in keyof Shape]: fc.Arbitrary<Shape[Key]> }) =>
  fc
    .tuple(
      fc.record(shape, { requiredKeys: [] }),
      fc.subarray(Object.keys(shape), { maxLength: Math.max(1, Math.ceil(Object.keys(shape).length * 0.8)) }),
    )
    .map(([values, kept]) =>
      Object.fromEntries(Object.entries(values).filter(([key]) => kept.includes(key))),
    ) as fc.Arbitrary<Partial<Shape>>;
const megabytes = (round: readonly number[]) => fc.constantFrom(...round).map((size) => `${size}MB`);

/** Settings of postgresql.conf that take part in a sum, each valid by itself. */
const parameters = some({
  max_connections: roundOr([50, 100, 200, 500], fc.integer({ min: 20, max: 2000 })),
  superuser_reserved_connections: fc.integer({ min: 0, max: 10 }),
  reserved_connections: fc.integer({ min: 0, max: 10 }),
  shared_buffers: megabytes([64, 128, 512, 2048, 8192]),
  work_mem: megabytes([1, 2, 4, 16, 64]),
  maintenance_work_mem: megabytes([16, 64, 256, 1024]),
  max_wal_size: megabytes([256, 1024, 4096, 16384]),
  min_wal_size: megabytes([80, 256]),
  wal_keep_size: megabytes([0, 128, 1024]),
  max_slot_wal_keep_size: fc.constantFrom("-1", "1GB", "4GB", "64GB"),
  max_wal_senders: fc.integer({ min: 3, max: 10 }),
  max_replication_slots: fc.integer({ min: 4, max: 10 }),
}) as fc.Arbitrary<Record<string, string | number>>;

const pool = some<NonNullable<NonNullable<HaPostgresArgs["pools"]>["write"]>>({
  instances: fc.integer({ min: 1, max: 4 }),
  memory: mebibytes(32, 512),
  maxClientConnections: roundOr([200, 1000], fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 15000, max: 25000 })),
  defaultPoolSize: roundOr([10, 25, 50], fc.integer({ min: 1, max: 100 })),
  minPoolSize: fc.integer({ min: 0, max: 60 }),
  serverLoginRetry: fc.constantFrom(0.2, 1, 5),
});

/**
 * Arguments of `HaPostgres` whose fields are each valid by themselves; whether they fit each other is another matter. Every part is left out now and
 * then, so that presets and defaults take part.
 */
export const haPostgresArguments: fc.Arbitrary<HaPostgresArgs> = some<Required<HaPostgresArgs>>({
  size: fc.constantFrom("laptop", "small", "production"),
  workload: fc.constantFrom("oltp", "olap", "mixed"),
  recoveryTimeGoal: roundOr([27, 30, 60, 120], fc.integer({ min: 1, max: 300 })),
  consensus: fc.constantFrom({ kind: "etcd", members: 3 } as const, { kind: "raft" } as const),
  cluster: some<NonNullable<HaPostgresArgs["cluster"]>>({
    members: fc.integer({ min: 1, max: 9 }),
    memory: fc.oneof(mebibytes(256, 4096), mebibytes(4096, 65536)),
    cores: fc.constantFrom(0.5, 1, 2, 4, 16, 64),
    storage: fc.constantFrom("ssd", "hdd", "san"),
    volumeSize: mebibytes(1024, 500_000),
    connections: fc.integer({ min: 10, max: 2000 }),
    synchronousMode: fc.constantFrom("quorum", "on", "off"),
    synchronousNodeCount: fc.integer({ min: 1, max: 3 }),
    parameters,
    timings: some({
      ttl: fc.integer({ min: 20, max: 60 }),
      loopWait: fc.integer({ min: 1, max: 10 }),
      retryTimeout: fc.integer({ min: 3, max: 15 }),
      primaryStartTimeout: fc.constantFrom(0, 10, 300),
    }),
  }) as fc.Arbitrary<NonNullable<HaPostgresArgs["cluster"]>>,
  balancer: some<NonNullable<HaPostgresArgs["balancer"]>>({
    instances: fc.integer({ min: 1, max: 3 }),
    memory: mebibytes(64, 2048),
    maxConnections: roundOr([4000], fc.integer({ min: 10, max: 20000 })),
    ports: some({ write: fc.constantFrom(6432, 5432), read: fc.constantFrom(6433, 9000) }),
  }),
  pools: some({ write: pool, read: pool }),
  bucket: fc.constant({ kind: "minio" } as const),
  databases: fc
    .uniqueArray(fc.constantFrom("orders", "billing", "events", "audit"), { minLength: 1, maxLength: 4 })
    .map((names) => names.map((name) => ({ name, extensions: ["pg_stat_statements" as const] }))),
  roles: fc.subarray(["reports", "monitoring"]).map((names) => names.map((name) => ({ name }))),
}) as fc.Arbitrary<HaPostgresArgs>;
