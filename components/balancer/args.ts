import { z } from "zod";
import { instances, memory, port, seconds } from "../schemas.ts";
import { defaultTimings } from "../timings/index.ts";

const interval = seconds({ min: 0.05, max: 60 });

/** How the balancer asks whether a member is the primary, or a fit replica. */
const checks = z.strictObject({
  interval: interval.default(defaultTimings.checkInterval).describe("Seconds between two checks of what works."),
  fastInterval: interval
    .default(defaultTimings.checkFastInterval)
    .describe("Seconds between two checks while one has failed, or just succeeded again."),
  downInterval: interval
    .default(defaultTimings.checkDownInterval)
    .describe("Seconds between two checks of what does not work: how late a new primary may be found."),
  fall: z.int().min(1).max(10).default(2).describe("Failed checks in a row after which nobody is sent there."),
});

/** HAProxy in front of the poolers and of the members. */
export const balancerArgs = z.strictObject({
  instances: instances.default(2).describe("How many HAProxies there are."),
  memory: memory().prefault("256MiB").describe('The memory limit of each HAProxy, e.g. "512MiB".'),
  maxConnections: z.int().min(10).default(4000).describe("Clients that one HAProxy serves at once."),
  ports: z
    .strictObject({
      write: port.default(6432).describe("To the write pool."),
      read: port.default(6433).describe("To the read pool."),
      primary: port.default(5432).describe("To the primary, without a pool."),
      replica: port.default(5433).describe("To a fit replica, without a pool."),
    })
    .prefault({})
    .describe("The ports that clients use."),
  maximumLag: z
    .string()
    .regex(/^\d+(kB|MB|GB)$/, "a size with its unit: kB, MB or GB")
    .default("10MB")
    .describe("A replica that is further behind gets no readers."),
  checks: checks.prefault({}).describe("How often members are asked; of a recoveryTimeGoal it need not be set."),
});

export type BalancerArgs = z.input<typeof balancerArgs>;
export type BalancerSettings = z.output<typeof balancerArgs>;
