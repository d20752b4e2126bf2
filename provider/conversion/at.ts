import type { CallContext } from "../../toolchain/stand-ins/framework/types.ts";
import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import type { Session } from "../sql/connection.ts";
import { converted } from "./shadow.ts";
import { type ConversionSpec, tableName } from "./spec.ts";

/** What every step works with. */
export interface StepContext {
  readonly session: Session;
  readonly spec: ConversionSpec;
  readonly context: CallContext;
}

export function refuseWhenCancelled(spec: ConversionSpec, { signal }: CallContext): void {
  if (!signal?.aborted) return;
  throw new UserError(`the conversion of ${tableName(spec)} was cancelled; the next up goes on from where it is`);
}

/** The partitions; of an index, those that it does not cover yet. */
export async function childrenOf({ session, spec }: StepContext, id: string, index?: string): Promise<string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT c.relname AS name FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
     WHERE i.inhparent = to_regclass($1) AND NOT EXISTS (
       SELECT FROM pg_inherits own JOIN pg_index x ON x.indexrelid = own.inhrelid
       WHERE own.inhparent = to_regclass($2) AND x.indrelid = c.oid)
     ORDER BY c.relname`,
    [converted(spec, id), index ?? null],
  );
  return rows.map(({ name }) => name);
}

export async function together(session: Session, statements: readonly string[]): Promise<void> {
  await session.query("BEGIN");
  try {
    for (const statement of statements) await session.query(statement);
    await session.query("COMMIT");
  } catch (error) {
    await session.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
