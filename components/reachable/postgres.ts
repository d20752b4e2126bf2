import type { Endpoint } from "../../platforms/service.ts";
import { untilIt } from "./patience.ts";

export interface Session extends Endpoint {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** Whether a standby may answer. */
  readonly standby: "allowed" | "refused";
}

/** Settles when a server answers a query at the end of the way that a client takes. `what` names that way in an error. */
export function postgresAnswers(what: string, session: Session): Promise<void> {
  return untilIt(() => ask(session), {
    what: `${what} at ${session.host}:${session.port}`,
    atMost: 180,
    wayOut:
      "The logs of the postgres, haproxy and pgbouncer containers say why; run the same command again to continue.",
  });
}

async function ask({ standby, ...connection }: Session): Promise<void> {
  const { Client } = (await import("pg")).default;
  const client = new Client({ ...connection, connectionTimeoutMillis: 2000, query_timeout: 2000 });
  // A connection that breaks later must not end the program.
  client.on("error", () => undefined);
  try {
    await client.connect();
    const { rows } = await client.query("SELECT pg_is_in_recovery() AS standby");
    if (rows[0].standby && standby === "refused") throw new Error("the server that answers is a standby");
  } finally {
    client.end().catch(() => undefined);
  }
}
