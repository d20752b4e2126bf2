import { createHash } from "node:crypto";
import type { Scanner } from "./scanner.ts";
import { type Mistake, type ReadStatement, readScript, type Statement } from "./script.ts";

/** A file as it was written. */
export interface MigrationSource {
  /** Its name, e.g. `004_audit_logs.sql`: it is known by it for ever. */
  readonly name: string;
  readonly sql: string;
}

/** A file as it is run. */
export interface Migration {
  readonly name: string;
  /** SHA-256 of its text; how its lines end is no change. */
  readonly checksum: string;
  /** All of it happens, or nothing. */
  readonly transaction: boolean;
  readonly statements: readonly Statement[];
}

/** The first line of a file that cannot run in a transaction; sqlx has it so. https://docs.rs/sqlx/latest/sqlx/macro.migrate.html */
export const noTransaction = "-- no-transaction";

/** Reads a file, and finds what keeps it from being run. */
export function migrationOf(
  scanner: Scanner,
  source: MigrationSource,
  database?: string,
): { readonly migration: Migration; readonly mistakes: readonly Mistake[] } {
  const sql = source.sql.replace(/^\uFEFF/, "").replaceAll("\r\n", "\n");
  const transaction = sql.split("\n", 1)[0]?.trim() !== noTransaction;
  const script = readScript(scanner, sql, database);
  const { statements, mistakes } = transaction
    ? withoutOwnTransaction(script.statements)
    : eachAlone(script.statements);
  const nothing = script.statements.length + script.mistakes.length === 0 ? [{ line: 1, message: "no statement" }] : [];
  return {
    migration: {
      name: source.name,
      checksum: checksumOf(sql),
      transaction,
      statements: statements.map(withoutControl),
    },
    mistakes: [...nothing, ...script.mistakes, ...mistakes, ...wayBack(sql)].sort((a, b) => a.line - b.line),
  };
}

function checksumOf(sql: string): string {
  return createHash("sha256").update(sql).digest("hex");
}

interface Taken {
  readonly statements: readonly ReadStatement[];
  readonly mistakes: readonly Mistake[];
}

/** A BEGIN, and a COMMIT at the end, say what holds anyway. */
function withoutOwnTransaction(statements: readonly ReadStatement[]): Taken {
  const controls = statements.filter(({ transaction }) => transaction !== undefined);
  const [begin, end] = controls;
  const whole = controls.length === 2 && begin?.transaction === "begin" && end?.transaction === "end";
  if (whole && end === statements.at(-1))
    return { statements: statements.filter((each) => !controls.includes(each)), mistakes: [] };
  return {
    statements,
    mistakes: controls.map(({ line, sql }) => ({
      line,
      message: `${sql}: the file runs in one transaction, with the record that it ran; take this out, or split the file, or begin it with the line "${noTransaction}"`,
    })),
  };
}

function eachAlone(statements: readonly ReadStatement[]): Taken {
  const controls = statements.filter(({ transaction }) => transaction !== undefined);
  return {
    statements,
    mistakes: controls.map(({ line, sql }) => ({
      line,
      message: `${sql}: after "${noTransaction}" each statement is one by itself; put what belongs together into a file without that line`,
    })),
  };
}

function withoutControl({ transaction: _, ...statement }: ReadStatement): Statement {
  return statement;
}

/** The second half of a file of another tool, which takes back what the first did: it would run too. */
function wayBack(sql: string): Mistake[] {
  return sql
    .split("\n")
    .flatMap((text, index) =>
      /^--\s*(migrate:down|\+goose\s+Down|\+migrate\s+Down|Down Migration)/i.test(text)
        ? [{ line: index + 1, message: `"${text.trim()}": what follows would run as well; move it out of the file` }]
        : [],
    );
}
