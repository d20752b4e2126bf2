import { CustomResource, type CustomResourceOptions } from "@pulumi/pulumi";
import { type DatabaseConnection, inDatabase } from "./connection.ts";
import type { SessionValue } from "./session-values.ts";

export interface SessionSettingsArgs {
  /** How the server is reached; any database of it. */
  readonly database: DatabaseConnection;
  /** Whose sessions: in that database, or of that role, or of that role in that database. */
  readonly of:
    | { readonly database: string; readonly role?: string }
    | { readonly database?: string; readonly role: string };
  /** By name, as `postgresql.conf` spells it; a list for what takes one, e.g. search_path. Others that are set are left alone. */
  readonly settings: Readonly<Record<string, SessionValue>>;
}

/**
 * What the sessions of a role, or in a database, begin with: `ALTER ROLE .. SET`, `ALTER DATABASE .. SET`. What is no longer declared is taken back; sessions
 * that are open keep what they have. https://www.postgresql.org/docs/17/sql-alterrole.html
 */
export class SessionSettings extends CustomResource {
  constructor(name: string, { database, ...args }: SessionSettingsArgs, opts?: CustomResourceOptions) {
    const inside = inDatabase(database, opts);
    super("postgres-ha:index:SessionSettings", name, { ...args, database: inside.database }, inside.opts);
  }
}
