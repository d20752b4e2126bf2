import { z } from "zod";
import { identifier, memory, setting } from "../schemas.ts";

/** Patroni's timings, in seconds. Patroni adjusts silently what breaks its rules; here it is refused. */
const timings = z
  .strictObject({
    ttl: z.int().min(20).default(20).describe("Seconds after which a silent leader loses its lease. At least 20."),
    loopWait: z.int().min(1).default(2).describe("Seconds between two looks at the cluster. At least 1."),
    retryTimeout: z.int().min(3).default(5).describe("Seconds that a failing store or server is retried. At least 3."),
    primaryStartTimeout: z
      .int()
      .min(0)
      .default(0)
      .describe("Seconds that a crashed primary may take to come back before another takes over. 0: at once."),
  })
  .refine(({ ttl, loopWait, retryTimeout }) => loopWait + 2 * retryTimeout <= ttl, {
    error: ({ input }) => {
      const { ttl, loopWait, retryTimeout } = input as { ttl: number; loopWait: number; retryTimeout: number };
      const sum = loopWait + 2 * retryTimeout;
      return `loopWait + 2 * retryTimeout is ${sum} s, more than ttl, ${ttl} s; raise ttl to ${sum} or lower the others`;
    },
  });

/** The PostgreSQL servers and Patroni beside each. */
export const clusterArgs = z.strictObject({
  version: z
    .literal(17)
    .default(17)
    .describe("The major version of PostgreSQL: what the image's distribution, Debian trixie, holds."),
  members: z.int().min(1).max(9).default(3).describe("PostgreSQL servers: one primary, the others replicas."),
  memory: memory.min(256).default(768).describe("MiB for each member."),
  synchronousMode: z
    .enum(["quorum", "on", "off"])
    .default("quorum")
    .describe("Whether a commit waits for a replica. `off` may lose acknowledged rows in a failover."),
  synchronousNodeCount: z.int().min(1).default(1).describe("Replicas that a commit waits for."),
  superuser: identifier.default("postgres"),
  parameters: z
    .record(z.string(), setting)
    .default({})
    .describe("Settings of postgresql.conf; they win over this library's."),
  timings: timings.prefault({}),
});

export type ClusterArgs = z.input<typeof clusterArgs>;
export type ClusterSettings = z.output<typeof clusterArgs>;

/** What no single field shows. */
export function clusterProblems(settings: ClusterSettings): { path: string; message: string }[] {
  const { members, synchronousMode, synchronousNodeCount } = settings;
  if (synchronousMode === "off" || members === 1 || synchronousNodeCount < members) return [];
  return [
    {
      path: "synchronousNodeCount",
      message: `${synchronousNodeCount} synchronous replicas of ${members - 1} that there are; at most ${members - 1}, or more members`,
    },
  ];
}
