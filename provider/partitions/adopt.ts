import { kindOf } from "../../components/partitions/columns.ts";
import { isTime } from "../../components/partitions/interval.ts";
import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import { literal, type Session } from "../sql/connection.ts";
import { type Declared, tableOf } from "./inputs.ts";

/** The table as the server has it. */
export interface Found {
  readonly kind: "partitioned" | "plain" | "other";
  readonly strategy: string | null;
  /** What it is partitioned by. */
  readonly keys: readonly string[] | null;
  /** Of the column that is declared; null where there is none of that name. */
  readonly type: string | null;
  readonly notNull: boolean | null;
}

export async function findTable(session: Session, declared: Declared): Promise<Found | undefined> {
  const [found] = await session.query<{ [Key in keyof Found]: Found[Key] }>(
    `SELECT CASE c.relkind WHEN 'p' THEN 'partitioned' WHEN 'r' THEN 'plain' ELSE 'other' END AS kind,
       p.partstrat::text AS strategy,
       (SELECT array_agg(k.attname::text ORDER BY k.attnum) FROM pg_attribute k WHERE k.attrelid = c.oid AND k.attnum = ANY (p.partattrs::int2[])) AS keys,
       format_type(a.atttypid, NULL) AS type, a.attnotnull AS "notNull"
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN pg_partitioned_table p ON p.partrelid = c.oid
     LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = $3 AND NOT a.attisdropped
     WHERE n.nspname = $1 AND c.relname = $2`,
    [declared.schema, declared.table, declared.column],
  );
  return found;
}

const strategies: Readonly<Record<string, string>> = { l: "LIST", h: "HASH" };

/** Why a table that is partitioned already cannot be maintained as declared: all reasons at once. */
export function adoptionProblems(found: Found, { column, interval }: Declared): string[] {
  const problems: string[] = [];
  const shown = isTime(interval) ? interval : `{ range: ${interval.range} }`;
  if (found.strategy !== null && strategies[found.strategy] !== undefined) {
    problems.push(
      `it is partitioned by ${strategies[found.strategy]}, and only RANGE has a next partition; make it anew by RANGE (${column})`,
    );
  } else if (found.keys?.length !== 1 || found.keys[0] !== column) {
    const keys = found.keys?.join(", ") ?? "an expression";
    problems.push(`it is partitioned by (${keys}), not by "${column}"; declare that column, or make the table anew`);
  }
  if (found.type === null) {
    problems.push(`it has no column "${column}"`);
  } else if (kindOf(found.type) !== (isTime(interval) ? "time" : "number")) {
    problems.push(`"${column}" is ${found.type}, which cannot be cut into partitions of ${shown}`);
  } else if (found.type === "date" && interval === "hour") {
    problems.push(`"${column}" is a date, which has no hours; choose day or longer`);
  }
  if (found.notNull === false) {
    problems.push(
      `"${column}" may be NULL, and such a row belongs into no partition; ALTER TABLE .. ALTER COLUMN ${column} SET NOT NULL first`,
    );
  }
  return problems;
}

export function refuseAdoption(declared: Declared, problems: readonly string[]): void {
  if (problems.length === 0) return;
  throw new UserError(
    `table ${declared.schema}.${declared.table} cannot be adopted:\n${problems.map((line) => `  - ${line}`).join("\n")}`,
  );
}

/** Rows, up to a number that is counted fast. */
export async function someRows(session: Session, declared: Declared): Promise<string> {
  const count = `SELECT count(*) FROM (SELECT FROM ${tableOf(declared)} LIMIT 100000) AS few`;
  const [row] = await session.query<{ rows: string; estimate: string }>(
    `SELECT postgres_ha.partition_read(${literal(count)}) AS rows,
       (SELECT greatest(reltuples, 0)::bigint::text FROM pg_class WHERE oid = ${literal(tableOf(declared))}::regclass) AS estimate`,
  );
  if (row === undefined || row.rows === "0") return "";
  return row.rows === "100000" ? `about ${row.estimate} rows` : row.rows === "1" ? "1 row" : `${row.rows} rows`;
}
