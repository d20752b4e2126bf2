import { codeOf } from "../../toolchain/stand-ins/postgresql/faults.ts";
import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import { identifier, literal, type Session } from "../sql/connection.ts";
import { childrenOf, type StepContext, together } from "./at.ts";
import { childCount, childrenFor, mostChildren } from "./children.ts";
import { shown } from "./refusals.ts";
import { converted, logName, original } from "./shadow.ts";
import { tableName } from "./spec.ts";
import type { Conversion } from "./state.ts";
import { surveyRows, surveyTable } from "./survey.ts";

/**
 * One transaction that sees one moment of both tables, and that no other session does at the same time: the lock is taken before the snapshot. What it writes
 * and what it records is lost together in a failover, so it need not wait for standbys.
 */
export async function inOneSnapshot<Row extends object>(
  at: StepContext,
  { id }: Conversion,
  statement: string,
  values: readonly unknown[],
  durability: "local" | "on",
): Promise<readonly Row[]> {
  const { session, spec } = at;
  for (let turn = 1; ; turn++) {
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
      await cover(at, id);
    }
  }
}

/** Carries over what the log holds, until it is short. */
export async function follow(at: StepContext, state: Conversion): Promise<void> {
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

/** Old versions of the log's rows would be read again and again. */
export async function keepLogShort(session: Session, { id }: Conversion): Promise<void> {
  const [log] = await session.query<{ bytes: string }>("SELECT pg_relation_size($1) AS bytes", [logName(id)]);
  if (Number(log?.bytes) > 1024 * 1024) await session.query(`VACUUM ${logName(id)}`);
}

/** Makes the partitions for rows that were written meanwhile. */
async function cover(at: StepContext, id: string): Promise<void> {
  const { session, spec } = at;
  const now = new Date();
  const { values, infinite } = await surveyRows(session, spec);
  if (infinite > 0 || (values !== undefined && childCount(spec, values, now) > mostChildren)) {
    const range = values === undefined ? "" : `, between ${shown(spec, values.first)} and ${shown(spec, values.last)}`;
    throw new UserError(
      `while ${tableName(spec)} is converted, rows were written whose ${spec.column} is too far off for partitions${infinite > 0 ? ", infinity" : range}. Mend them and run up again, which goes on from here`,
    );
  }
  const facts = await surveyTable(session, spec);
  if (facts === undefined) throw new UserError(`table ${tableName(spec)} is gone`);
  const names = new Set(await childrenOf(at, id));
  const type = facts.columns.find(({ name }) => name === spec.column)?.type ?? "";
  const missing = childrenFor({ ...spec, ahead: 0 }, type, values, now).filter(({ name }) => !names.has(name));
  const options = facts.options.length === 0 ? "" : ` WITH (${facts.options.join(", ")})`;
  for (const { name, from, to } of missing) {
    const bounds = `FOR VALUES FROM (${literal(from)}) TO (${literal(to)})${options}`;
    await together(session, [
      `SELECT postgres_ha.conversion_add_partition(c, ${literal(name)}, ${literal(bounds)}) FROM postgres_ha.conversion c WHERE id = ${literal(id)}`,
      ...(facts.replicaIdentity === "f"
        ? [`ALTER TABLE ${identifier(spec.schema)}.${identifier(name)} REPLICA IDENTITY FULL`]
        : []),
    ]);
  }
}
