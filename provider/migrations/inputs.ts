import type { Migration } from "../../components/migrations/file.ts";
import type { Statement } from "../../components/migrations/script.ts";
import type { Properties } from "../../toolchain/stand-ins/framework/types.ts";
import { type Connection, connectionOf } from "../sql/connection.ts";

export type { Migration, Statement };

export interface MigrationsInputs {
  readonly database: Connection;
  readonly history: string;
  /** The role that the files run as. */
  readonly role: string;
  readonly files: readonly Migration[];
}

export function migrationsInputs(properties: Properties): MigrationsInputs {
  const database = connectionOf(properties);
  return {
    database,
    history: String(properties.history),
    role: typeof properties.role === "string" ? properties.role : database.owner,
    files: properties.files as readonly Migration[],
  };
}
