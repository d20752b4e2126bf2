import type { QueryResultRow } from "pg";
import type { Endpoint } from "../../platforms/service.ts";
import { untilIt } from "./patience.ts";

export interface Session extends Endpoint {
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

/** Settles when a server answers at the end of the way that a client takes. `what` names that way in an error. */
export function postgresAnswers(what: string, session: Session, standby: "allowed" | "refused"): Promise<void> {
  return untilIt(
    async () => {
      const [row] = await ask(session, "SELECT pg_is_in_recovery() AS standby");
      if (row?.standby && standby === "refused") throw new Error("the server that answers is a standby");
    },
    {
      what: `${what} at ${session.host}:${session.port}`,
      atMost: 180,
      wayOut:
        "The logs of the postgres, haproxy and pgbouncer containers say why; run the same command again to continue.",
    },
  );
}

/** Settles when so many replicas stream from the primary. */
export function replicasFollow(primary: Session, count: number): Promise<void> {
  return untilIt(
    async () => {
      const [row] = await ask(
        primary,
        "SELECT count(*)::int AS streaming FROM pg_stat_replication WHERE state = 'streaming'",
      );
      if (row?.streaming < count) throw new Error(`${row?.streaming} of ${count} replicas stream`);
    },
    {
      what: "The whole of the replicas",
      atMost: 120,
      wayOut: "The primary takes writes; the logs of the other postgres containers say what keeps them away.",
    },
  );
}

async function ask(session: Session, query: string): Promise<QueryResultRow[]> {
  const { Client } = (await import("pg")).default;
  const client = new Client({ ...session, connectionTimeoutMillis: 2000, query_timeout: 2000 });
  // A connection that breaks later must not end the program.
  client.on("error", () => undefined);
  try {
    await client.connect();
    return (await client.query(query)).rows;
  } finally {
    client.end().catch(() => undefined);
  }
}
