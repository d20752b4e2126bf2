import { z } from "zod";
import { instances, memory, port } from "../schemas.ts";

/** HAProxy in front of the poolers and of the members. */
export const balancerArgs = z.strictObject({
  instances: instances.default(2),
  memory: memory.default(256).describe("MiB for each HAProxy."),
  maxConnections: z.int().min(10).default(4000).describe("Clients that one HAProxy serves at once."),
  ports: z
    .strictObject({
      write: port.default(6432).describe("To the write pool."),
      read: port.default(6433).describe("To the read pool."),
      primary: port.default(5432).describe("To the primary, without a pool."),
      replica: port.default(5433).describe("To a fit replica, without a pool."),
    })
    .prefault({}),
  maximumLag: z
    .string()
    .regex(/^\d+(kB|MB|GB)$/, "a size with its unit: kB, MB or GB")
    .default("10MB")
    .describe("A replica that is further behind gets no readers."),
});

export type BalancerArgs = z.input<typeof balancerArgs>;
export type BalancerSettings = z.output<typeof balancerArgs>;
