import { codeOf, describe, isCollision, isPassing } from "../../toolchain/stand-ins/postgresql/faults.ts";
import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import type { Migration, Statement } from "./inputs.ts";

const shownLines = 20;

/** A statement's error as its author needs it: file, line, what PostgreSQL says, the statement, the way out. What goes away by itself stays as it is. */
export function failureOf(migration: Migration, statement: Statement, role: string, error: unknown): unknown {
  if (isPassing(error) || isCollision(error) || error instanceof UserError) return error;
  const { position, where } = error as { position?: string; where?: string };
  const line = statement.line + lineIn(statement.sql, position);
  const stays = migration.transaction
    ? "Nothing of the file stays"
    : "The statements before it stay, and up goes on with it; from it on the file may be changed";
  const lines = [
    `${migration.name}, line ${line}: ${describe(error, [])}${where ? `. In ${where.split("\n")[0]}` : ""}`,
    ...excerpt(statement.sql).map((text) => `    ${text}`),
    `${stays}.${wayOut(codeOf(error), migration, role)}`,
  ];
  return new UserError(lines.join("\n"), codeOf(error));
}

function lineIn(sql: string, position: string | undefined): number {
  if (position === undefined) return 0;
  return [...sql].slice(0, Number(position) - 1).filter((character) => character === "\n").length;
}

function excerpt(sql: string): string[] {
  const lines = sql.split("\n");
  return lines.length > shownLines ? [...lines.slice(0, shownLines), "..."] : lines;
}

function wayOut(code: string, { transaction }: Migration, role: string): string {
  if (code === "25001" && transaction) return ' Begin the file with the line "-- no-transaction".';
  if (code === "2D000" && transaction)
    return ' What commits by itself needs the line "-- no-transaction" at the beginning of its file.';
  if (code === "55P03")
    return " Others use the table: SELECT * FROM postgres_ha.locks shows who, while the file runs; up tries again.";
  if (code === "55P04") return " A new value of an enum can be used in the next file only.";
  if (code === "42501") return ` The file runs as "${role}"; the argument role names another one.`;
  return "";
}
