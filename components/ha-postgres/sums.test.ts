import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { haPostgresArguments } from "../../test/support/arbitrary-arguments.ts";
import { InvalidArguments } from "../arguments.ts";
import { serverParameters } from "../cluster/server-parameters.ts";
import type { HaPostgresSettings } from "./args.ts";
import { resolveHaPostgres } from "./resolve.ts";

/** A size of postgresql.conf in MiB, read here once more so that no sum is checked by what made it. */
function mebibytes(value: unknown): number {
  const [, amount, unit] = /^(-?\d+)(kB|MB|GB)?$/.exec(String(value)) ?? [];
  const factor = { kB: 1 / 1024, MB: 1, GB: 1024 }[unit ?? "MB"] ?? Number.NaN;
  return Number(amount) * factor;
}

/** Every sum of an accepted configuration: what is used, and what there is. */
function sums(settings: HaPostgresSettings): Record<string, readonly [used: number, allowed: number]> {
  const { cluster, balancer, pools, databases, bucket } = settings;
  const parameters = serverParameters(cluster, ["pg_stat_statements"]);
  const number = (name: string, standard: number) => Number(parameters[name] ?? standard);
  const both = [pools.write, pools.read];
  const servers = both.reduce((sum, pool) => sum + pool.instances * (pool.defaultPoolSize * databases.length + 2), 0);
  const clients = both.reduce((sum, pool) => sum + pool.instances * pool.maxClientConnections, 0);
  const reserved = number("superuser_reserved_connections", 3) + number("reserved_connections", 0);
  const connections = number("max_connections", 100);
  const { ttl, loopWait, retryTimeout } = cluster.timings;
  const ports = [...Object.values(balancer.ports), ...(bucket.kind === "minio" ? [bucket.port] : [])];
  const kept = Math.max(mebibytes(parameters.wal_keep_size), mebibytes(parameters.max_slot_wal_keep_size));
  return {
    "pools against max_connections": [servers, connections - reserved],
    // Only the largest parts, each as small as it can be counted.
    "memory against the limit": [
      mebibytes(parameters.shared_buffers) + connections + (connections / 2) * mebibytes(parameters.work_mem),
      cluster.memory,
    ],
    "WAL against the volume": [mebibytes(parameters.max_wal_size) + kept, cluster.volumeSize / 2],
    "replicas against senders": [cluster.members - 1 + 2, number("max_wal_senders", 10)],
    "replicas against slots": [cluster.members - 1 + 1, number("max_replication_slots", 10)],
    "synchronous standbys against replicas":
      cluster.synchronousMode === "off" || cluster.members === 1
        ? [0, 0]
        : [cluster.synchronousNodeCount, cluster.members - 1],
    "clients against the balancer": [clients + servers, balancer.maxConnections],
    "files of a balancer": [2 * balancer.maxConnections, 20_000],
    "files of a pooler": [
      Math.max(...both.map((pool) => pool.maxClientConnections + pool.defaultPoolSize * databases.length)),
      20_000,
    ],
    "memory of a balancer": [0.04 * balancer.maxConnections, balancer.memory],
    "kept server connections against the pool": [
      Math.max(...both.map((pool) => pool.minPoolSize - pool.defaultPoolSize)),
      0,
    ],
    "Patroni's sum": [loopWait + 2 * retryTimeout, ttl],
    "Patroni's floors": [Math.max(20 - ttl, 1 - loopWait, 3 - retryTimeout), 0],
    "ports against each other": [ports.length, new Set(ports).size],
    "the lease against the goal": [ttl + loopWait, settings.recoveryTimeGoal ?? Number.POSITIVE_INFINITY],
  };
}

function broken(settings: HaPostgresSettings): string[] {
  return Object.entries(sums(settings))
    .filter(([, [used, allowed]]) => !(used <= allowed))
    .map(([name, [used, allowed]]) => `${name}: ${used} of ${allowed}`);
}

function settingsOf(value: unknown): HaPostgresSettings | undefined {
  try {
    return resolveHaPostgres("test", value).settings;
  } catch (error) {
    if (error instanceof InvalidArguments) return undefined;
    throw error;
  }
}

describe("sums", () => {
  const sizes = ["laptop", "small", "production"];
  const workloads = ["oltp", "olap", "mixed"];
  it.each(sizes.flatMap((size) => workloads.map((workload) => [size, workload])))(
    "hold for the preset %s, %s",
    (size, workload) => {
      expect(broken(resolveHaPostgres("test", { size, workload }).settings)).toEqual([]);
    },
  );

  it("hold for every configuration that is accepted", () => {
    let accepted = 0;
    fc.assert(
      fc.property(haPostgresArguments, (value) => {
        const settings = settingsOf(value);
        if (settings === undefined) return;
        accepted += 1;
        expect(broken(settings)).toEqual([]);
      }),
      { numRuns: 1000 },
    );
    expect(accepted).toBeGreaterThan(300);
  }, 60_000);

  it("are the same when settings that were accepted are given again", () => {
    fc.assert(
      fc.property(haPostgresArguments, (value) => {
        const settings = settingsOf(value);
        if (settings !== undefined) expect(settingsOf(settings)).toEqual(settings);
      }),
      { numRuns: 200 },
    );
  });
});
