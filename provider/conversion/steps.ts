import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import { literal } from "../sql/connection.ts";
import type { StepContext } from "./at.ts";
import { buildIndexes, completeForeignKeys, vacuum } from "./complete.ts";
import { inAShortMoment } from "./locks.ts";
import { rest } from "./pace.ts";
import { prepare } from "./prepare.ts";
import { afterText, type Comparison, differenceText, progressText } from "./report.ts";
import { original, originalHome } from "./shadow.ts";
import { follow, inOneSnapshot, keepLogShort } from "./snapshot.ts";
import { type ConversionSpec, type Phase, tableName } from "./spec.ts";
import { type Conversion, lastConversion } from "./state.ts";
import { surveyTable } from "./survey.ts";

type Step = (at: StepContext, state: Conversion) => Promise<void>;

/** What to do where so much is done. Each is one transaction, or can be run again; the phase moves in the transaction that did the work. */
const steps: Readonly<Partial<Record<Phase, Step>>> = {
  prepared: capture,
  copying: copyBatch,
  copied: buildIndexes,
  indexed: vacuum,
  vacuumed: compare,
  verified: swap,
};

/** Whether there is nothing left to do. */
export async function step(at: StepContext): Promise<boolean> {
  const { session, spec, context } = at;
  const state = await lastConversion(session, spec);
  if (state?.phase === "swapped") {
    await completeForeignKeys(at, state);
    if (spec.convert.keepOriginal) return true;
    await session.query(`CALL postgres_ha.finish_conversion(${literal(original(spec))})`);
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
      run: async (query) => {
        await query(`LOCK TABLE ONLY ${original(spec)} IN SHARE ROW EXCLUSIVE MODE`);
        await query(
          "SELECT postgres_ha.conversion_capture(c, c.original::regclass) FROM postgres_ha.conversion c WHERE id = $1 AND phase = 'prepared'",
          [id],
        );
        await query(
          "UPDATE postgres_ha.conversion SET phase = 'copying', updated_at = clock_timestamp() WHERE id = $1 AND phase = 'prepared'",
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
     FROM compared WHERE id = $1 AND phase = 'vacuumed' RETURNING compared`,
    [state.id],
    "on",
  );
  if (found !== undefined && !found.compared.equal) throw new UserError(differenceText(spec, found.compared));
}

async function swap(at: StepContext, state: Conversion): Promise<void> {
  const { session, spec, context } = at;
  await follow(at, state);
  const [clock] = await session.query<{ now: string }>("SELECT clock_timestamp()::text AS now");
  await inAShortMoment(
    session,
    spec,
    context,
    {
      purpose: "change places with",
      prepare: () => session.query("SELECT postgres_ha.conversion_before_swap($1)", [state.id]),
      run: (query) => query("SELECT postgres_ha.conversion_swap($1, $2)", [state.id, clock?.now]),
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
