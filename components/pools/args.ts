import { z } from "zod";
import { instances, memory, seconds, wholeSeconds } from "../schemas.ts";
import { defaultTimings } from "../timings/index.ts";

const modes = z.enum(["session", "transaction", "statement"]);

function pool(defaults: {
  mode: z.output<typeof modes>;
  clients: number;
  size: number;
  minimum: number;
  lifetime: number;
}) {
  return z.strictObject({
    instances: instances.default(2).describe("How many PgBouncers there are."),
    memory: memory().prefault("96MiB").describe('The memory limit of each PgBouncer, e.g. "128MiB".'),
    mode: modes.default(defaults.mode).describe("When a server connection goes back to the pool."),
    maxClientConnections: z.int().min(1).default(defaults.clients).describe("Clients of each PgBouncer."),
    defaultPoolSize: z
      .int()
      .min(1)
      .default(defaults.size)
      .describe("Server connections of each PgBouncer, for each user and database."),
    minPoolSize: z.int().min(0).default(defaults.minimum).describe("Server connections that are kept open."),
    serverLifetime: wholeSeconds({ min: 0, max: 604800 })
      .default(defaults.lifetime)
      .describe("Seconds after which a server connection is renewed."),
    serverLoginRetry: seconds({ min: 0.05, max: 60 })
      .default(defaultTimings.serverLoginRetry)
      .describe("Seconds after a failed login on a server until the next: how late a new primary may be tried."),
    serverConnectTimeout: wholeSeconds({ min: 1, max: 120 })
      .default(defaultTimings.serverConnectTimeout)
      .describe("Seconds that a server may take to answer a new connection."),
  });
}

/** PgBouncer for those who write. */
export const writePoolArgs = pool({ mode: "transaction", clients: 200, size: 25, minimum: 5, lifetime: 3600 });
/** PgBouncer for those who only read. */
export const readPoolArgs = pool({ mode: "session", clients: 300, size: 50, minimum: 10, lifetime: 7200 });

export type PoolArgs = z.input<typeof writePoolArgs>;
export type PoolSettings = z.output<typeof writePoolArgs>;
