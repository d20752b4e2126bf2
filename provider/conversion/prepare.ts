import type { CallContext } from "../../toolchain/stand-ins/framework/types.ts";
import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import type { Session } from "../sql/connection.ts";
import { childrenFor } from "./children.ts";
import { definitionProblems, keyOf, rowProblems, spaceProblem } from "./refusals.ts";
import { beforeText, reportBefore } from "./report.ts";
import {
  childStatements,
  converted,
  detailsStatement,
  logName,
  logStatements,
  original,
  shadowStatements,
} from "./shadow.ts";
import { type ConversionSpec, tableName } from "./spec.ts";
import { freeSpace, surveyRows, surveyTable } from "./survey.ts";

/** Checks everything, and makes the empty partitioned table and the log: in one transaction, which changes nothing of the table itself. */
export async function prepare(session: Session, spec: ConversionSpec, context: CallContext): Promise<void> {
  const free = await freeSpace(session);
  await session.query("BEGIN");
  try {
    const facts = await surveyTable(session, spec);
    if (facts === undefined) throw refusal(spec, ["there is no such table"]);
    const problems = definitionProblems(spec, facts);
    // Without its column there is nothing to ask of the rows.
    if (facts.kind !== "r" || !facts.columns.some(({ name }) => name === spec.column)) throw refusal(spec, problems);
    if (problems.some((problem) => problem.startsWith(`column ${spec.column} `))) throw refusal(spec, problems);
    await session.query(`LOCK TABLE ONLY ${original(spec)} IN ACCESS SHARE MODE`);
    const rows = await surveyRows(session, spec);
    const now = new Date();
    const space = spaceProblem(facts.size, free);
    const all = [...problems, ...rowProblems(spec, facts, rows, now), ...(space === undefined ? [] : [space])];
    if (all.length > 0) throw refusal(spec, all);

    const key = keyOf(spec, facts);
    const type = facts.columns.find(({ name }) => name === spec.column)?.type ?? "";
    const children = childrenFor(spec, type, rows.values, now);
    const report = reportBefore(spec, facts, rows, { key, children, free });
    const [made] = await session.query<{ id: string }>(
      `INSERT INTO postgres_ha.conversion (schema_name, table_name, column_name, original, key, default_partition, definition, phase, rows_total, report_before)
       VALUES ($1, $2, $3, $4, $5, $6, postgres_ha.conversion_definition($4), 'prepared', $7, $8) RETURNING id`,
      [
        spec.schema,
        spec.table,
        spec.column,
        facts.oid,
        key,
        spec.defaultPartition ? `${spec.table}_default` : null,
        rows.rows,
        JSON.stringify(report),
      ],
    );
    const id = String(made?.id);
    for (const statement of [
      ...shadowStatements(spec, facts, key, id),
      detailsStatement(spec, id),
      ...children.flatMap((child) => childStatements(spec, facts, child, id)),
      ...logStatements(spec, key, id),
    ]) {
      await session.query(statement);
    }
    await session.query(
      "UPDATE postgres_ha.conversion SET converted = to_regclass($2), log = to_regclass($3) WHERE id = $1",
      [id, converted(spec, id), logName(id)],
    );
    await session.query("COMMIT");
    context.tell(beforeText(spec, report));
  } catch (error) {
    await session.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}

function refusal(spec: ConversionSpec, problems: readonly string[]): UserError {
  const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
  return new UserError(
    `cannot convert ${tableName(spec)} to a partitioned table: ${count}. Nothing was touched\n${problems.map((problem) => `  - ${problem}`).join("\n")}`,
  );
}
