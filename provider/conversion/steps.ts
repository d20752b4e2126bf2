import { isTime } from "../../components/partitions/interval.ts";
import type { CallContext } from "../../toolchain/stand-ins/framework/types.ts";
import { codeOf } from "../../toolchain/stand-ins/postgresql/faults.ts";
import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import { identifier, type Session } from "../sql/connection.ts";
import { childCount, childrenFor, mostChildren } from "./children.ts";
import { inAShortMoment } from "./locks.ts";
import { rest } from "./pace.ts";
import { prepare } from "./prepare.ts";
import { shown } from "./refusals.ts";
import { afterText, type Comparison, differenceText, progressText } from "./report.ts";
import {
  childIndexStatement,
  childStatements,
  converted,
  indexStatements,
  logName,
  newHome,
  original,
  originalHome,
} from "./shadow.ts";
import { type ConversionSpec, type Phase, tableName } from "./spec.ts";
import { type Conversion, lastConversion } from "./state.ts";
import { surveyTable } from "./survey.ts";

export interface StepContext {
  readonly session: Session;
  readonly spec: ConversionSpec;
  readonly context: CallContext;
}

type Step = (at: StepContext, state: Conversion) => Promise<void>;

/** What to do where so much is done. Each is one transaction, or can be run again; the phase moves in the transaction that did the work. */
export const steps: Readonly<Partial<Record<Phase, Step>>> = {
  prepared: capture,
  copying: copyBatch,
  copied: buildIndexes,
  indexed: vacuum,
  vacuumed: compare,
  verified: swap,
};

export function refuseWhenCancelled(spec: ConversionSpec, { signal }: CallContext): void {
  if (!signal?.aborted) return;
  throw new UserError(`the conversion of ${tableName(spec)} was cancelled; the next up goes on from where it is`);
}

/** Whether there is nothing left to do. */
export async function step(at: StepContext): Promise<boolean> {
  const { session, spec, context } = at;
  const state = await lastConversion(session, spec);
  if (state?.phase === "swapped") {
    await completeForeignKeys(at, state);
    if (spec.convert.keepOriginal) return true;
    await session.query(`CALL postgres_ha.finish_conversion('${original(spec).replaceAll("'", "''")}')`);
    context.tell(`${tableName(spec)}: the original was compared once more and removed (keepOriginal: false)`);
    return true;
  }
  if (state?.phase === "rolled back") throw rolledBack(spec, state);
  if (state === undefined || state.phase === "finished" || state.phase === "abandoned") {
    const facts = await surveyTable(session, spec);
    if (facts?.kind === "p") return true;
    await prepare(session, spec, context);
    return false;
  }
  await steps[state.phase]?.(at, state);
  return false;
}

function rolledBack(spec: ConversionSpec, state: Conversion): UserError {
  return new UserError(
    `${tableName(spec)} was converted, and rolled back at ${state.updated_at.toISOString()}, so it is not converted again by itself. To convert it once more: CALL postgres_ha.abandon_conversion('${tableName(spec)}'), which removes the partitioned copy, then run up. To leave it as it is, take this resource out of the program`,
  );
}

/** From here on every change of a row is in the log. */
async function capture({ session, spec, context }: StepContext, { id }: Conversion): Promise<void> {
  await inAShortMoment(
    session,
    spec,
    context,
    {
      purpose: "log the changes of",
      run: async () => {
        await session.query(`LOCK TABLE ONLY ${original(spec)} IN SHARE ROW EXCLUSIVE MODE`);
        await session.query(
          "SELECT postgres_ha.conversion_capture(c, c.original::regclass) FROM postgres_ha.conversion c WHERE id = $1 AND phase = 'prepared'",
          [id],
        );
        await session.query(
          "UPDATE postgres_ha.conversion SET phase = 'copying', updated_at = clock_timestamp() WHERE id = $1",
          [id],
        );
      },
    },
    async () => {},
  );
}

async function copyBatch(at: StepContext, state: Conversion): Promise<void> {
  const { session, spec, context } = at;
  const begun = Date.now();
  const [copied] = await inOneSnapshot<Conversion>(
    at,
    state,
    "SELECT * FROM postgres_ha.conversion_copy($1, $2)",
    [state.id, spec.convert.batch],
    "local",
  );
  if (copied === undefined) return;
  const share = Number(copied.next_block) / Math.max(Number(copied.end_block), 1);
  const seconds = (Date.now() - copied.started_at.getTime()) / 1000;
  context.log(
    progressText(spec, { copied: Number(copied.rows_copied), total: Number(copied.rows_total), share, seconds }),
  );
  await keepLogShort(session, state);
  if (copied.phase === "copying") await rest(session, spec, Date.now() - begun, context);
}

/** Old versions of the log's rows would be read again and again. */
async function keepLogShort(session: Session, { id }: Conversion): Promise<void> {
  const [log] = await session.query<{ bytes: string }>("SELECT pg_relation_size($1) AS bytes", [logName(id)]);
  if (Number(log?.bytes) > 1024 * 1024) await session.query(`VACUUM ${logName(id)}`);
}

/** One index of one partition at a time: a build of all at once would write so much WAL that commits wait behind it. */
async function buildIndexes(at: StepContext, { id }: Conversion): Promise<void> {
  const { session, spec, context } = at;
  const facts = await surveyTable(session, spec);
  if (facts === undefined) throw new UserError(`table ${tableName(spec)} is gone`);
  for (const index of facts.indexes) {
    const whole = `${identifier(newHome(id))}.${identifier(index.name)}`;
    const [found] = await session.query<{ there: boolean }>("SELECT to_regclass($1) IS NOT NULL AS there", [whole]);
    if (!found?.there) await together(session, indexStatements(spec, index, id));
    for (const child of await childrenOf(at, id, whole)) {
      refuseWhenCancelled(spec, context);
      context.log(`${tableName(spec)}: index ${index.name} of ${child}`);
      const begun = Date.now();
      await session.query(childIndexStatement(spec, index, child, id));
      await rest(session, spec, Date.now() - begun, context);
    }
  }
  await session.query(
    "UPDATE postgres_ha.conversion SET phase = 'indexed', updated_at = clock_timestamp() WHERE id = $1",
    [id],
  );
}

/** The partitions; of an index, those that it does not cover yet. */
async function childrenOf({ session, spec }: StepContext, id: string, index?: string): Promise<string[]> {
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

/** Plans need statistics from the first query on, and index-only scans the visibility map. */
async function vacuum(at: StepContext, { id }: Conversion): Promise<void> {
  const { session, spec, context } = at;
  for (const child of await childrenOf(at, id)) {
    refuseWhenCancelled(spec, context);
    context.log(`${tableName(spec)}: VACUUM of ${child}`);
    const begun = Date.now();
    await session.query(`VACUUM ${identifier(spec.schema)}.${identifier(child)}`);
    await rest(session, spec, Date.now() - begun, context);
  }
  await session.query(`ANALYZE ${converted(spec, id)}`);
  await session.query(
    "UPDATE postgres_ha.conversion SET phase = 'vacuumed', updated_at = clock_timestamp() WHERE id = $1",
    [id],
  );
}

async function compare(at: StepContext, state: Conversion): Promise<void> {
  const { spec, context } = at;
  await follow(at, state);
  context.log(`${tableName(spec)}: comparing the copy with the original`);
  const [found] = await inOneSnapshot<{ compared: Comparison }>(
    at,
    state,
    `WITH compared AS MATERIALIZED (SELECT postgres_ha.conversion_compare(c) AS compared FROM postgres_ha.conversion c WHERE id = $1)
     UPDATE postgres_ha.conversion SET report_after = compared, updated_at = clock_timestamp(),
       phase = CASE WHEN (compared->>'equal')::boolean THEN 'verified' ELSE phase END
     FROM compared WHERE id = $1 RETURNING compared`,
    [state.id],
    "on",
  );
  if (found !== undefined && !found.compared.equal) throw new UserError(differenceText(spec, found.compared));
}

async function swap(at: StepContext, state: Conversion): Promise<void> {
  const { session, spec, context } = at;
  await inAShortMoment(
    session,
    spec,
    context,
    {
      purpose: "change places with",
      prepare: () => session.query(`LOCK TABLE ${converted(spec, state.id)} IN ACCESS EXCLUSIVE MODE`),
      run: () => session.query("SELECT postgres_ha.conversion_swap($1)", [state.id]),
    },
    () => follow(at, state),
  );
  const done = await lastConversion(session, spec);
  const [report] = await session.query<{ after: Comparison }>(
    "SELECT report_after AS after FROM postgres_ha.conversion WHERE id = $1",
    [state.id],
  );
  if (done?.phase !== "swapped" || report === undefined) return;
  context.tell(
    afterText(
      spec,
      report.after,
      originalHome(state.id),
      (done.updated_at.getTime() - done.started_at.getTime()) / 1000,
    ),
  );
}

/** After the change of places each partition has its foreign keys, unvalidated; with all of them validated, the whole table gets them without a look at its rows. */
async function completeForeignKeys({ session, spec, context }: StepContext, { id }: Conversion): Promise<void> {
  const open = await session.query<{ name: string; definition: string; unvalidated: string[] }>(
    "SELECT f.name, f.definition, f.unvalidated::text[] FROM postgres_ha.conversion c, postgres_ha.conversion_open_foreign_keys(c) f WHERE c.id = $1",
    [id],
  );
  for (const { name, definition, unvalidated } of open) {
    for (const child of unvalidated) {
      refuseWhenCancelled(spec, context);
      context.log(`${tableName(spec)}: validating foreign key ${name} of ${child}`);
      const begun = Date.now();
      await session.query(`ALTER TABLE ${child} VALIDATE CONSTRAINT ${identifier(name)}`);
      await rest(session, spec, Date.now() - begun, context);
    }
    const run = () => session.query(`ALTER TABLE ${original(spec)} ADD CONSTRAINT ${identifier(name)} ${definition}`);
    await inAShortMoment(session, spec, context, { purpose: `complete foreign key ${name} of`, run }, async () => {});
  }
}

/** Carries over what the log holds, until it is short. */
async function follow(at: StepContext, state: Conversion): Promise<void> {
  for (let turn = 0; turn < 20; turn++) {
    const [found] = await inOneSnapshot<{ rows: string }>(
      at,
      state,
      "SELECT postgres_ha.conversion_follow($1) AS rows",
      [state.id],
      "local",
    );
    await keepLogShort(at.session, state);
    if (Number(found?.rows) < 1000) return;
  }
}

/**
 * One transaction that sees one moment of both tables, and that no other session does at the same time: the lock is taken before the snapshot. What it writes
 * and what it records is lost together in a failover, so it need not wait for standbys.
 */
async function inOneSnapshot<Row extends object>(
  at: StepContext,
  { id }: Conversion,
  statement: string,
  values: readonly unknown[],
  durability: "local" | "on",
): Promise<readonly Row[]> {
  const { session, spec } = at;
  for (let turn = 1; ; turn++) {
    await cover(at, id);
    await session.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    try {
      if (durability === "local") await session.query("SET LOCAL synchronous_commit = local");
      await session.query(`LOCK TABLE ONLY ${converted(spec, id)} IN SHARE UPDATE EXCLUSIVE MODE`);
      await session.query(`LOCK TABLE ONLY ${original(spec)} IN ACCESS SHARE MODE`);
      const rows = await session.query<Row & Record<string, unknown>>(statement, values);
      await session.query("COMMIT");
      return rows;
    } catch (error) {
      await session.query("ROLLBACK").catch(() => undefined);
      // 23514: a row that no partition is there for was written after they were made.
      if (codeOf(error) !== "23514" || turn === 5) throw error;
    }
  }
}

/** Makes the partitions for rows that were written meanwhile. */
async function cover(at: StepContext, id: string): Promise<void> {
  const { session, spec } = at;
  const column = identifier(spec.column);
  const value = (text: string) => (isTime(spec.interval) ? `extract(epoch FROM ${text})::text` : `(${text})::text`);
  const [range] = await session.query<{ first: string | null; last: string | null }>(
    `SELECT ${value(`min(${column})`)} AS first, ${value(`max(${column})`)} AS last FROM ${logName(id)}`,
  );
  if (range?.first == null || range.last == null) return;
  const values = { first: range.first, last: range.last };
  const now = new Date();
  if (
    values.first.endsWith("Infinity") ||
    values.last.endsWith("Infinity") ||
    childCount(spec, values) > mostChildren
  ) {
    throw new UserError(
      `while ${tableName(spec)} is converted, rows were written whose ${spec.column} is too far off for partitions: between ${shown(spec, values.first)} and ${shown(spec, values.last)}. Mend them and run up again, which goes on from here`,
    );
  }
  const facts = await surveyTable(session, spec);
  if (facts === undefined) throw new UserError(`table ${tableName(spec)} is gone`);
  const names = new Set(await childrenOf(at, id));
  const type = facts.columns.find(({ name }) => name === spec.column)?.type ?? "";
  const missing = childrenFor({ ...spec, ahead: 0 }, type, values, now).filter(({ name }) => !names.has(name));
  for (const child of missing) await together(session, childStatements(spec, facts, child, id));
}

async function together(session: Session, statements: readonly string[]): Promise<void> {
  await session.query("BEGIN");
  try {
    for (const statement of statements) await session.query(statement);
    await session.query("COMMIT");
  } catch (error) {
    await session.query("ROLLBACK").catch(() => undefined);
    throw error;
  }
}
