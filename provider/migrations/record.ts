import { createHash } from "node:crypto";
import type { Session } from "../sql/connection.ts";
import type { Migration, MigrationsInputs, Statement } from "./inputs.ts";
import type { Recorded } from "./plan.ts";

/** A file's line in `postgres_ha.migrations`. */
export interface RecordRow extends Recorded {
  /** Of the statements that are through, where the file runs outside a transaction. */
  readonly progress: readonly string[];
  /** The statement after those was begun outside a transaction: it may be half done, or done. */
  readonly begun: boolean;
}

/** What ran in this set, in order. */
export function recordsOf(session: Session, history: string): Promise<readonly RecordRow[]> {
  return session.query<RecordRow>(
    `SELECT name, checksum, finished_at IS NOT NULL AS finished, progress, begun
       FROM postgres_ha.migrations WHERE history = $1 ORDER BY position`,
    [history],
  );
}

/** Notes in the same transaction that the file ran. */
export async function recordWhole(session: Session, inputs: MigrationsInputs, migration: Migration): Promise<void> {
  await insert(session, inputs, migration);
  await recordFinished(session, inputs, migration);
}

/** Notes that a file outside a transaction is on its way; what is to run of it may have changed. */
export async function recordBegun(session: Session, inputs: MigrationsInputs, migration: Migration): Promise<void> {
  await insert(session, inputs, migration);
}

async function insert(session: Session, { history, role, files }: MigrationsInputs, migration: Migration) {
  await session.query(
    `INSERT INTO postgres_ha.migrations (history, position, name, checksum, role) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (history, name) DO UPDATE SET checksum = excluded.checksum, role = excluded.role
       WHERE migrations.finished_at IS NULL`,
    [history, files.indexOf(migration), migration.name, migration.checksum, role],
  );
}

export async function recordStatementBegun(session: Session, { history }: MigrationsInputs, { name }: Migration) {
  await session.query("UPDATE postgres_ha.migrations SET begun = true WHERE history = $1 AND name = $2", [
    history,
    name,
  ]);
}

export async function recordStatement(
  session: Session,
  { history }: MigrationsInputs,
  { name }: Migration,
  statement: Statement,
): Promise<void> {
  await session.query(
    "UPDATE postgres_ha.migrations SET progress = progress || $3::text, begun = false WHERE history = $1 AND name = $2",
    [history, name, checksumOf(statement)],
  );
}

export async function recordFinished(session: Session, { history }: MigrationsInputs, { name }: Migration) {
  await session.query(
    "UPDATE postgres_ha.migrations SET finished_at = clock_timestamp() WHERE history = $1 AND name = $2",
    [history, name],
  );
}

export function checksumOf({ sql, data }: Statement): string {
  return createHash("sha256")
    .update(JSON.stringify([sql, data]))
    .digest("hex");
}
