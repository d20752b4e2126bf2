import pg from "pg";
import { parseArguments } from "../components/arguments.ts";
import { partitionedTableArgs, partitionedTableRules } from "../components/partitions/args.ts";
import { tableInputs } from "../components/partitions/inputs.ts";
import { partitionedTable } from "../provider/partitions/partitioned-table.ts";
import { mustExecute } from "../test/support/docker.ts";
import { startPostgres, type ThrowawayPostgres, withCron } from "../test/support/postgres.ts";
import type { Properties } from "../toolchain/stand-ins/framework/types.ts";
import { median } from "./statistics.ts";

const rows = 5_000_000;
/** Of 24 partitions one is the current month's, and one is made ahead. */
const partitions = 24;
const past = partitions - 2;
const one = { from: monthsAgo(10), to: monthsAgo(9) };
const schedule = "0 2 * * *";
/** A small table beside the large one, at another time: with it a session has done everything before what is measured. */
const small = { table: "small", schedule: "0 3 * * *" };
const context = { urn: "bench", log: () => undefined, tell: () => undefined };

/** Beside the primary key, as the Sagaz seed has them for its executions, and one by time alone. */
const indexes = [["created_at"], ["status", "created_at"], ["saga_name", "created_at"]];

function declared(
  { port, user, password }: ThrowawayPostgres,
  retention?: { keep: number; action: "drop" },
  which = { table: "partitioned", schedule },
): Properties {
  const settings = parseArguments(
    "bench",
    partitionedTableArgs,
    {
      ...which,
      columns: [
        { name: "saga_id", type: "uuid", default: "gen_random_uuid()" },
        { name: "created_at", type: "timestamptz", notNull: true },
        { name: "saga_name", type: "text", notNull: true },
        { name: "status", type: "text", notNull: true },
      ],
      primaryKey: ["saga_id", "created_at"],
      ...{ column: "created_at", interval: "month", ahead: 1, start: monthsAgo(past).slice(0, 10) },
      ...{ defaultPartition: false, indexes: indexes.map((columns) => ({ columns })) },
      ...(retention ? { retention } : {}),
    },
    partitionedTableRules,
  );
  const database = { host: "127.0.0.1", port, user, password, database: "postgres", owner: user };
  return { database, ...tableInputs(settings) };
}

/** The same rows in one table, in 24 monthly partitions, and those of one month alone: what a query reads, what removing a month costs, what an INSERT costs. */
export async function benchPartitions(runs: number): Promise<Record<string, unknown>> {
  const server = await startPostgres({
    ...{ ...withCron, shared_buffers: "1GB", maintenance_work_mem: "256MB" },
    ...{ max_wal_size: "8GB", autovacuum: "off" },
  });
  try {
    const client = new pg.Client({ connectionString: server.url() });
    await client.connect();
    try {
      await fill(server, client);
      return {
        ...(await reading(client, runs)),
        ...(await inserting(server, runs)),
        ...(await removing(server, client, runs)),
      };
    } finally {
      await client.end();
    }
  } finally {
    await server.remove();
  }
}

function monthsAgo(count: number): string {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - count, 1)).toISOString();
}

async function fill(server: ThrowawayPostgres, client: pg.Client): Promise<void> {
  await client.query(
    "CREATE TABLE plain (saga_id uuid NOT NULL, created_at timestamptz NOT NULL, saga_name text NOT NULL, status text NOT NULL)",
  );
  await client.query(
    `INSERT INTO plain SELECT gen_random_uuid(), $1::timestamptz + random() * (now() - $1::timestamptz), 'saga-' || n % 50, 'SUCCESS'
     FROM generate_series(1, ${rows}) AS n`,
    [monthsAgo(past)],
  );
  await partitionedTable.create(undefined, declared(server), context);
  await partitionedTable.create(undefined, declared(server, undefined, small), context);
  await client.query("INSERT INTO partitioned SELECT * FROM plain");
  await client.query("CREATE TABLE one_month (LIKE plain)");
  await client.query(`INSERT INTO one_month SELECT * FROM plain WHERE ${within(one)}`);
  for (const table of ["plain", "one_month"]) {
    await client.query(`ALTER TABLE ${table} ADD PRIMARY KEY (saga_id, created_at)`);
    for (const columns of indexes) await client.query(`CREATE INDEX ON ${table} (${columns.join(", ")})`);
  }
  for (const table of ["plain", "one_month", "partitioned"]) await client.query(`VACUUM ANALYZE ${table}`);
}

function within({ from, to }: { readonly from: string; readonly to: string }): string {
  return `created_at >= '${from}' AND created_at < '${to}'`;
}

interface Read {
  readonly buffers: number;
  readonly planning: number;
  readonly tables: number;
}

async function reading(client: pg.Client, runs: number): Promise<Record<string, string>> {
  const of = async (table: string) => {
    const all: Read[] = [];
    for (let run = 0; run <= runs; run++) all.push(await read(client, table));
    // The first one fills the session's caches.
    const [, ...warm] = all;
    return {
      buffers: median(warm.map(({ buffers }) => buffers)),
      planning: median(warm.map(({ planning }) => planning)),
      tables: Math.max(...warm.map(({ tables }) => tables)),
    };
  };
  const [partitioned, month, plain] = [await of("partitioned"), await of("one_month"), await of("plain")];
  return {
    "a month's aggregate": `reads ${partitioned.tables} of ${partitions} partitions`,
    "its buffers, against that month alone": (partitioned.buffers / month.buffers).toFixed(3),
    "its buffers, against one table": (partitioned.buffers / plain.buffers).toFixed(3),
    "its planning": `${partitioned.planning.toFixed(2)} ms, against ${plain.planning.toFixed(2)} ms for one table`,
  };
}

interface PlanNode {
  readonly "Relation Name"?: string;
  readonly "Shared Hit Blocks": number;
  readonly "Shared Read Blocks": number;
  readonly Plans?: readonly PlanNode[];
}

async function read(client: pg.Client, table: string): Promise<Read> {
  const { rows: found } = await client.query<{ "QUERY PLAN": [{ Plan: PlanNode; "Planning Time": number }] }>(
    `EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) SELECT count(*), max(saga_name) FROM ${table} WHERE ${within(one)}`,
  );
  const explained = found[0]?.["QUERY PLAN"][0];
  if (explained === undefined) throw new Error("EXPLAIN gave nothing");
  const { Plan: plan, "Planning Time": planning } = explained;
  return {
    planning,
    buffers: plan["Shared Hit Blocks"] + plan["Shared Read Blocks"],
    tables: new Set(relations(plan)).size,
  };
}

function relations({ Plans = [], "Relation Name": name }: PlanNode): string[] {
  return [...(name === undefined ? [] : [name]), ...Plans.flatMap(relations)];
}

/** Transactions a second of single-row INSERTs, interleaved, from inside the server's container. */
async function inserting({ id, password }: ThrowawayPostgres, runs: number): Promise<Record<string, string>> {
  const rate = async (table: string) => {
    const script = `INSERT INTO ${table} VALUES (gen_random_uuid(), now() - random() * interval '1 day', 'saga', 'PENDING');`;
    const command = `printf '%s' "$SCRIPT" > /tmp/insert.sql; exec pgbench -n -h /tmp -U postgres -c 4 -j 1 -T 5 -f /tmp/insert.sql postgres`;
    const output = await mustExecute(id, ["bash", "-c", command], [`SCRIPT=${script}`, `PGPASSWORD=${password}`]);
    return Number(/tps = ([\d.]+)/.exec(output)?.[1]);
  };
  const ratios: number[] = [];
  for (let run = 0; run < runs; run++) {
    const [partitioned, plain] = [await rate("partitioned"), await rate("plain")];
    ratios.push(partitioned / plain);
  }
  return { "INSERTs, against one table": `${median(ratios).toFixed(2)} of its rate` };
}

/** A month by retention, against DELETE and VACUUM of the same rows. */
async function removing(server: ThrowawayPostgres, client: pg.Client, runs: number): Promise<Record<string, string>> {
  const ratios: number[] = [];
  const times: number[] = [];
  for (let run = 0; run < runs; run++) {
    const oldest = { from: monthsAgo(past - run), to: monthsAgo(past - run - 1) };
    const keep = { keep: past - 1 - run, action: "drop" } as const;
    for (const which of [{ table: "partitioned", schedule }, small]) {
      await partitionedTable.update?.(
        undefined,
        "",
        declared(server, undefined, which),
        declared(server, keep, which),
        context,
      );
    }
    // A session compiles and plans the functions when it calls them first.
    await client.query(`CALL postgres_ha.maintain_partitions('${small.schedule}')`);
    const count = async () =>
      Number((await client.query(`SELECT count(*) AS n FROM partitioned WHERE ${within(oldest)}`)).rows[0]?.n);
    if ((await count()) === 0) throw new Error(`run ${run}: there is nothing to remove in ${JSON.stringify(oldest)}`);
    const retention = await milliseconds(() => client.query(`CALL postgres_ha.maintain_partitions('${schedule}')`));
    if ((await count()) > 0) throw new Error("retention removed nothing");
    const deletion = await milliseconds(async () => {
      await client.query(`DELETE FROM plain WHERE ${within(oldest)}`);
      await client.query("VACUUM plain");
    });
    times.push(retention);
    ratios.push(deletion / retention);
  }
  return {
    "removing a month by retention": `${median(ratios).toFixed(0)} times as fast as DELETE and VACUUM (at least ${Math.min(...ratios).toFixed(0)}), in ${median(times).toFixed(0)} ms`,
  };
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}
