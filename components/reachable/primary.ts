import type { Endpoint } from "../../platforms/service.ts";
import { untilIt } from "./patience.ts";

/** Settles when a primary takes writes behind an endpoint. */
export function primaryAnswers(endpoint: Endpoint, user: string, password: string): Promise<void> {
  return untilIt(
    async () => {
      const { Client } = (await import("pg")).default;
      const client = new Client({
        ...endpoint,
        user,
        password,
        database: "postgres",
        connectionTimeoutMillis: 2000,
        query_timeout: 2000,
      });
      // A connection that breaks later must not end the program.
      client.on("error", () => undefined);
      try {
        await client.connect();
        const { rows } = await client.query("SELECT pg_is_in_recovery() AS standby");
        if (rows[0].standby) throw new Error("the server that answers is a standby");
      } finally {
        client.end().catch(() => undefined);
      }
    },
    {
      what: `The primary at ${endpoint.host}:${endpoint.port}`,
      atMost: 180,
      wayOut: "The log of the postgres containers says why; run the same command again to continue.",
    },
  );
}
