import type { CallContext, Properties } from "../../toolchain/stand-ins/framework/types.ts";
import { Server, type Session } from "../../toolchain/stand-ins/postgresql/server.ts";
import { secondsToReach } from "./patience.ts";

export type { Session } from "../../toolchain/stand-ins/postgresql/server.ts";
export { identifier, literal } from "../../toolchain/stand-ins/postgresql/sql.ts";

/** The input `database` of every resource that lives in a database; components/databases/connection.ts says what it means. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly owner: string;
}

const servers = new Map<string, Server>();

/** The way to a database: one connection at a time, so that the DDL of many resources never waits for itself. Names are looked up as its owner has set it. */
export function serverOf(connection: Connection, context: CallContext): Server {
  return serverWith(connection, context);
}

/** The same for statements that are all of this library: names are PostgreSQL's own, whatever the owner of the database has set. */
export function plainServerOf(connection: Connection, context: CallContext): Server {
  return serverWith(connection, context, "-c search_path=pg_catalog,pg_temp");
}

function serverWith(connection: Connection, context: CallContext, options?: string): Server {
  const { host, port, user, password, database } = connection;
  const key = JSON.stringify([host, port, user, password, database, options]);
  const server =
    servers.get(key) ??
    new Server({
      host,
      port,
      username: user,
      password,
      database,
      sslmode: "disable",
      sslrootcert: undefined,
      clientcert: undefined,
      connectTimeout: secondsToReach,
      patience: secondsToReach * 1000,
      databaseUsername: user,
      maxConnections: 1,
      ...(options === undefined ? {} : { options }),
    });
  servers.set(key, server);
  return server.heeding(context);
}

export function connectionOf(properties: Properties): Connection {
  return properties.database as Connection;
}

/** Where a database is reached, and as whom, is no change of what is in it. For `canonical` of a resource type. */
export function withoutTheWay(inputs: Properties): Properties {
  const connection = inputs.database;
  const name = typeof connection === "object" && connection !== null ? (connection as Connection).database : connection;
  return { ...inputs, database: name };
}

/** Takes a lock that holds until the transaction ends: those who ask for the same name wait for each other, from any session. */
export async function lockFor(session: Session, name: string): Promise<void> {
  await session.query("SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", [`postgres_ha:${name}`]);
}
