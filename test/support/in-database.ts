import type { Connection } from "../../provider/sql/connection.ts";
import type { CallContext } from "../../toolchain/stand-ins/framework/types.ts";
import type { ThrowawayPostgres } from "./postgres.ts";
import { query } from "./sql.ts";

/** A database of a throwaway server, with an owner that is no superuser, as a resource reaches it. */
export async function makeDatabase(server: ThrowawayPostgres, name: string): Promise<Connection> {
  const owner = `${name}_owner`;
  await query(server.url(), `CREATE ROLE ${owner} LOGIN PASSWORD 'owner'`);
  await query(server.url(), `CREATE DATABASE ${name} OWNER ${owner}`);
  return { host: "127.0.0.1", port: server.port, user: server.user, password: server.password, database: name, owner };
}

/** What a call of a resource type may know, and what it told. */
export function listening(signal?: AbortSignal): CallContext & { readonly told: readonly string[] } {
  const told: string[] = [];
  return {
    urn: "urn:pulumi:test::test::postgres-ha:index:Test::test",
    log: () => undefined,
    tell: (message) => void told.push(message),
    told,
    ...(signal ? { signal } : {}),
  };
}
