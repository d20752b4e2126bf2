import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import { literal, type Session } from "../sql/connection.ts";
import { original } from "./shadow.ts";
import { type ConversionSpec, type Phase, tableName } from "./spec.ts";
import { lastConversion } from "./state.ts";

const begun: ReadonlySet<Phase> = new Set(["prepared", "copying", "copied", "indexed", "vacuumed", "verified"]);

/**
 * Before nobody goes on with the conversion of a table: its trigger would log every change for ever, into a log that nobody empties.
 * @throws {UserError} with the way out, where the table has not changed places yet.
 */
export async function refuseUnfinishedConversion(
  session: Session,
  table: Pick<ConversionSpec, "schema" | "table">,
): Promise<void> {
  const [there] = await session.query<{ there: boolean }>(
    "SELECT to_regclass('postgres_ha.conversion') IS NOT NULL AS there",
  );
  if (there?.there !== true) return;
  const state = await lastConversion(session, table);
  if (state !== undefined && begun.has(state.phase)) throw new UserError(unfinishedText(table, state.phase));
}

export function unfinishedText(table: Pick<ConversionSpec, "schema" | "table">, phase: Phase): string {
  return `${tableName(table)} is in the middle of its conversion to a partitioned table ("${phase}"), which logs each of its changes. Give that up first: CALL postgres_ha.abandon_conversion(${literal(original(table))}), which keeps the table as it is and removes the copy; or run up, which completes it`;
}
