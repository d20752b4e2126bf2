import { z } from "zod";
import { identifier, memory, setting, size, wholeSeconds } from "../schemas.ts";
import { defaultTimings, floors } from "../timings/index.ts";

/** Patroni's timings, in seconds. Patroni adjusts silently what breaks its rules; here it is refused. */
const timings = z.strictObject({
  ttl: wholeSeconds({ min: floors.ttl, max: 600 })
    .default(defaultTimings.ttl)
    .describe("Seconds after which a silent leader loses its lease. At least 20."),
  loopWait: wholeSeconds({ min: floors.loopWait, max: 300 })
    .default(defaultTimings.loopWait)
    .describe("Seconds between two looks at the cluster. At least 1."),
  retryTimeout: wholeSeconds({ min: floors.retryTimeout, max: 300 })
    .default(defaultTimings.retryTimeout)
    .describe("Seconds that a failing store or server is retried. At least 3."),
  primaryStartTimeout: wholeSeconds({ min: 0, max: 3600 })
    .default(defaultTimings.primaryStartTimeout)
    .describe("Seconds that a crashed primary may take to come back before another takes over. 0: at once."),
});

/** What a member's processors are taken for where `cores` is not set. */
export const assumedCores = 2;
/** Server connections where nothing else is said. */
export const assumedConnections = 200;

/** The PostgreSQL servers and Patroni beside each. */
export const clusterArgs = z.strictObject({
  version: z
    .literal(17)
    .default(17)
    .describe("The major version of PostgreSQL: what the image's distribution, Debian trixie, holds."),
  members: z.int().min(1).max(9).default(3).describe("PostgreSQL servers: one primary, the others replicas."),
  memory: memory(256)
    .prefault("1536MiB")
    .describe('The memory limit of each member, e.g. "16GiB"; the server\'s settings are derived from it.'),
  cores: z
    .number()
    .min(0.1)
    .max(1024)
    .optional()
    .describe(
      `Processors of each member: a limit where it is set, and what the server's settings are derived from. Not set: no limit, and settings for ${assumedCores}.`,
    ),
  storage: z
    .enum(["ssd", "hdd", "san"])
    .default("ssd")
    .describe("What the data lies on: decides what the planner and parallel reads take a page from it to cost."),
  workload: z
    .enum(["oltp", "olap", "mixed"])
    .default("mixed")
    .describe("Many short transactions, few long queries, or both: decides how memory and processors are shared out."),
  volumeSize: size(1024)
    .prefault("10GiB")
    .describe(
      'The volume of each member, e.g. "200GiB". Where volumes have a size (Kubernetes, EC2) they get this one; everywhere the write-ahead log that is kept must fit.',
    ),
  connections: z
    .int()
    .min(10)
    .max(10000)
    .optional()
    .describe(
      `Server connections that each member is made for, with what is reserved: max_connections, unless \`parameters\` say otherwise. Default: ${assumedConnections}, or more where the pools may open more.`,
    ),
  synchronousMode: z
    .enum(["quorum", "on", "off"])
    .default("quorum")
    .describe("Whether a commit waits for a replica. `off` may lose acknowledged rows in a failover."),
  synchronousNodeCount: z.int().min(1).default(1).describe("Replicas that a commit waits for."),
  superuser: identifier.default("postgres").describe("The role that may do everything; it gets a generated password."),
  parameters: z
    .record(z.string(), setting)
    .default({})
    .describe("Settings of postgresql.conf; they win over this library's."),
  timings: timings.prefault({}).describe("Patroni's timings; of a recoveryTimeGoal they need not be set."),
  restarts: z
    .enum(["rolling", "pending"])
    .default("rolling")
    .describe(
      "What happens where a changed setting needs a restart: `rolling` restarts one member at a time, replicas first; `pending` leaves it to a person.",
    ),
});

export type ClusterArgs = z.input<typeof clusterArgs>;
export type ClusterSettings = z.output<typeof clusterArgs>;
