import type { CallContext } from "../../toolchain/stand-ins/framework/types.ts";
import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import { identifier, type Session } from "../sql/connection.ts";
import type { Migration, MigrationsInputs, Statement } from "./inputs.ts";

/**
 * Of a CREATE INDEX CONCURRENTLY that an earlier run began: `done` where the index is whole. One that is INVALID is no use to any query and bars the
 * way, also of IF NOT EXISTS, so it is dropped. https://www.postgresql.org/docs/current/sql-createindex.html#SQL-CREATEINDEX-CONCURRENTLY
 */
export async function leftOver(
  session: Session,
  inputs: MigrationsInputs,
  statement: Statement,
  { tell }: CallContext,
): Promise<"done" | "to do"> {
  const found = await indexOf(session, inputs, statement);
  if (found === undefined) return "to do";
  if (found.valid) return "done";
  await session.query(`DROP INDEX CONCURRENTLY IF EXISTS ${found.name}`);
  tell(`dropped ${found.name}, which a run that was cut short had left INVALID`);
  return "to do";
}

/** IF NOT EXISTS takes an INVALID index for one that is there. */
export async function mustBeValid(
  session: Session,
  inputs: MigrationsInputs,
  { name }: Migration,
  statement: Statement,
): Promise<void> {
  const found = await indexOf(session, inputs, statement);
  if (found === undefined || found.valid) return;
  throw new UserError(
    `${name}, line ${statement.line}: the index ${found.name} is INVALID; drop it with DROP INDEX CONCURRENTLY ${found.name} and run up again`,
  );
}

async function indexOf(session: Session, { role }: MigrationsInputs, { index }: Statement) {
  if (index === undefined) return undefined;
  await session.query(`SET ROLE ${identifier(role)}`); // names are looked up as the statement looked them up
  const [found] = await session.query<{ name: string; valid: boolean }>(
    `SELECT format('%I.%I', n.nspname, c.relname) AS name, i.indisvalid AS valid
       FROM pg_catalog.pg_index i JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
       JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
       WHERE i.indrelid = pg_catalog.to_regclass($1) AND c.relname = (pg_catalog.parse_ident($2))[1]`,
    [index.table, index.name],
  );
  await session.query("RESET ROLE");
  return found;
}
