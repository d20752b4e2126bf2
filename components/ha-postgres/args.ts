import { z } from "zod";
import { balancerArgs } from "../balancer/args.ts";
import { bucketArgs } from "../bucket/args.ts";
import { clusterArgs } from "../cluster/args.ts";
import { consensusArgs } from "../consensus/args.ts";
import { databasesArgs, rolesArgs } from "../databases/args.ts";
import { readPoolArgs, writePoolArgs } from "../pools/args.ts";
import { wholeSeconds } from "../schemas.ts";
import { shortestRecovery, worstOf } from "../timings/index.ts";

/** The parts of the system, for a schema that holds more than them. */
export const haPostgresFields = {
  size: z
    .enum(["laptop", "small", "production"])
    .default("laptop")
    .describe(
      "What everything has where nothing else is said: memory, processors, volumes. laptop: three members of 1536MiB; small: of 4GiB; production: of 16GiB.",
    ),
  workload: z
    .enum(["oltp", "olap", "mixed"])
    .default("mixed")
    .describe("Many short transactions (oltp), few long queries (olap), or both: what the servers are tuned for."),
  recoveryTimeGoal: wholeSeconds({ min: 1, max: 3600 })
    .optional()
    .describe(
      `Whole seconds after which a primary takes writes again, whatever fault it was: Patroni's timings, the balancer's checks and the pools' retries are derived from it. At least ${worstOf(shortestRecovery)}, which Patroni's floors allow.`,
    ),
  consensus: consensusArgs.prefault({ kind: "etcd" }).describe("Where Patroni keeps who leads."),
  cluster: clusterArgs.prefault({}).describe("The PostgreSQL servers and Patroni beside each."),
  balancer: balancerArgs.prefault({}).describe("HAProxy in front of the poolers and of the members."),
  pools: z
    .strictObject({
      write: writePoolArgs.prefault({}).describe("PgBouncer for those who write."),
      read: readPoolArgs.prefault({}).describe("PgBouncer for those who only read."),
    })
    .prefault({})
    .describe("PgBouncer, for writers and for readers."),
  bucket: bucketArgs.prefault({ kind: "minio" }).describe("Where backups go."),
  databases: databasesArgs
    .prefault([{ name: "app", extensions: ["vector", "pg_stat_statements"] }])
    .describe("The databases, each with its owner, its extensions and its schemas."),
  roles: rolesArgs.describe("Roles beside the owners of the databases, and what they may do there."),
};

/** The shape of the whole system. Everything has a default; `resolveHaPostgres` knows the presets and the rules. */
export const haPostgresArgs = z.strictObject(haPostgresFields);

export type HaPostgresArgs = z.input<typeof haPostgresArgs>;
export type HaPostgresSettings = z.output<typeof haPostgresArgs>;
export type Size = HaPostgresSettings["size"];

/** The port numbers that clients use, with the argument that sets each. */
export function exposedPorts(
  settings: Pick<HaPostgresSettings, "balancer" | "bucket">,
): { path: string[]; port: number }[] {
  const balancer = Object.entries(settings.balancer.ports).map(([name, port]) => ({
    path: ["balancer", "ports", name],
    port,
  }));
  const { bucket } = settings;
  return bucket.kind === "minio" ? [...balancer, { path: ["bucket", "port"], port: bucket.port }] : balancer;
}
