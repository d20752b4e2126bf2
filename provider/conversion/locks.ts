import { setTimeout as sleep } from "node:timers/promises";
import type { CallContext } from "../../toolchain/stand-ins/framework/types.ts";
import { codeOf } from "../../toolchain/stand-ins/postgresql/faults.ts";
import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import { literal, type Session } from "../sql/connection.ts";
import { original } from "./shadow.ts";
import { type ConversionSpec, tableName } from "./spec.ts";

/** Lock and statement timeouts, a deadlock, a row without its partition yet, more changed rows than a lock has time for, snapshots that are too old: another moment may do. */
const another = new Set(["55P03", "57014", "40P01", "23514", "PHA02", "PHA03"]);

interface Attempt {
  /** Completes "cannot ...". */
  readonly purpose: string;
  /** Before the clock starts: locks that nobody else waits for, and work that makes the rest shorter. */
  prepare?(): Promise<unknown>;
  /** All of its statements together have `maxWait`. */
  run(query: (text: string, values?: readonly unknown[]) => Promise<unknown>): Promise<unknown>;
}

/**
 * Runs a piece of work that needs the table for itself for a moment, in one transaction, in which no writer waits for longer than the settings allow. Tried
 * again with longer and longer rests for as long as the patience lasts.
 * @throws {UserError} that names who has the table.
 */
export async function inAShortMoment(
  session: Session,
  spec: ConversionSpec,
  context: CallContext,
  attempt: Attempt,
  between: () => Promise<unknown>,
): Promise<void> {
  const { maxWait, patience } = spec.convert;
  const deadline = Date.now() + patience * 1000;
  let told = 0;
  for (let turn = 1; ; turn++) {
    let failed: unknown;
    await between();
    await session.query("BEGIN");
    try {
      // An autovacuum gives way once the deadlock check has run.
      await session.query("SET LOCAL deadlock_timeout = '50ms'");
      await session.query("SET LOCAL lock_timeout = '5s'");
      await attempt.prepare?.();
      await session.query(`SET LOCAL lock_timeout = '${Math.round(maxWait * 300)}ms'`);
      const end = performance.now() + maxWait * 1000;
      await attempt.run(async (text, values) => {
        await session.query(`SET LOCAL statement_timeout = '${Math.max(1, Math.round(end - performance.now()))}ms'`);
        return session.query(text, values);
      });
      await session.query("COMMIT");
      return;
    } catch (error) {
      failed = error;
      await session.query("ROLLBACK").catch(() => undefined);
    }
    if (!another.has(codeOf(failed))) throw failed;
    const holders = await holdersOf(session, spec);
    const slow = codeOf(failed) === "57014" ? `; if it needs more than ${maxWait} s, raise convert.maxWait` : "";
    const why =
      holders.length > 0 && !codeOf(failed).startsWith("PHA")
        ? `it is held by ${holders.join("; ")}`
        : String((failed as Error).message);
    if (Date.now() > deadline || context.signal?.aborted) {
      throw new UserError(
        `cannot ${attempt.purpose} ${tableName(spec)}: tried ${turn} times in ${patience} s, and ${why}${slow}. Nothing was changed; end what is in the way and run up again, which goes on from here`,
      );
    }
    if (Date.now() - told > 10_000) {
      context.tell(`${tableName(spec)}: waiting for a moment to ${attempt.purpose} it; ${why}`);
      told = Date.now();
    }
    await sleep(Math.min(500 + turn * 250, 5000));
  }
}

async function holdersOf(session: Session, spec: ConversionSpec): Promise<string[]> {
  const rows = await session.query<{ pid: number; who: string; age: string; state: string; query: string }>(
    `SELECT DISTINCT a.pid, concat_ws(' ', a.usename, nullif(a.application_name, '')) AS who, coalesce(date_trunc('second', clock_timestamp() - a.xact_start)::text, '') AS age,
       coalesce(a.state, a.backend_type) AS state, left(regexp_replace(a.query, '\\s+', ' ', 'g'), 80) AS query
     FROM pg_locks l JOIN pg_stat_activity a USING (pid)
     WHERE l.locktype = 'relation' AND l.relation = to_regclass(${literal(original(spec))}) AND l.granted AND a.pid <> pg_backend_pid()
     ORDER BY age DESC LIMIT 3`,
  );
  return rows.map(
    ({ pid, who, age, state, query }) => `process ${pid} (${who}), ${state}, in a transaction of ${age}: ${query}`,
  );
}
