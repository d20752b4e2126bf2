import { z } from "zod";
import { instances, memory } from "../schemas.ts";

const modes = z.enum(["session", "transaction", "statement"]);

function pool(defaults: {
  mode: z.output<typeof modes>;
  clients: number;
  size: number;
  minimum: number;
  lifetime: number;
}) {
  return z.strictObject({
    instances: instances.default(2),
    memory: memory.default(96).describe("MiB for each PgBouncer."),
    mode: modes.default(defaults.mode).describe("When a server connection goes back to the pool."),
    maxClientConnections: z.int().min(1).default(defaults.clients).describe("Clients of each PgBouncer."),
    defaultPoolSize: z
      .int()
      .min(1)
      .default(defaults.size)
      .describe("Server connections of each PgBouncer, for each user and database."),
    minPoolSize: z.int().min(0).default(defaults.minimum).describe("Server connections that are kept open."),
    serverLifetime: z
      .int()
      .min(0)
      .default(defaults.lifetime)
      .describe("Seconds after which a server connection is renewed."),
  });
}

/** PgBouncer for those who write. */
export const writePoolArgs = pool({ mode: "transaction", clients: 200, size: 25, minimum: 5, lifetime: 3600 });
/** PgBouncer for those who only read. */
export const readPoolArgs = pool({ mode: "session", clients: 300, size: 50, minimum: 10, lifetime: 7200 });

export type PoolArgs = z.input<typeof writePoolArgs>;
export type PoolSettings = z.output<typeof writePoolArgs>;
