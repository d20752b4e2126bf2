import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import { identifier } from "../sql/connection.ts";
import { childrenOf, refuseWhenCancelled, type StepContext, together } from "./at.ts";
import { inAShortMoment } from "./locks.ts";
import { rest } from "./pace.ts";
import { childIndexStatement, converted, indexStatements, newHome, original } from "./shadow.ts";
import { tableName } from "./spec.ts";
import type { Conversion } from "./state.ts";
import { surveyTable } from "./survey.ts";

/** One index of one partition at a time: a build of all at once would write so much WAL that commits wait behind it. */
export async function buildIndexes(at: StepContext, { id }: Conversion): Promise<void> {
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
    "UPDATE postgres_ha.conversion SET phase = 'indexed', updated_at = clock_timestamp() WHERE id = $1 AND phase = 'copied'",
    [id],
  );
}

/** Plans need statistics from the first query on, and index-only scans the visibility map. */
export async function vacuum(at: StepContext, { id }: Conversion): Promise<void> {
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
    "UPDATE postgres_ha.conversion SET phase = 'vacuumed', updated_at = clock_timestamp() WHERE id = $1 AND phase = 'indexed'",
    [id],
  );
}

/** After the change of places each partition has its foreign keys, unvalidated; with all of them validated, the whole table gets them without a look at its rows. */
export async function completeForeignKeys({ session, spec, context }: StepContext, { id }: Conversion): Promise<void> {
  const open = await session.query<{ name: string; definition: string; unvalidated: string[] }>(
    "SELECT f.name, f.definition, f.unvalidated::text[] FROM postgres_ha.conversion c, postgres_ha.conversion_open_foreign_keys(c) f WHERE c.id = $1",
    [id],
  );
  for (const { name, definition, unvalidated } of open) {
    for (const child of unvalidated) {
      refuseWhenCancelled(spec, context);
      context.log(`${tableName(spec)}: validating foreign key ${name} of ${child}`);
      const begun = Date.now();
      await session.query(
        "SELECT postgres_ha.conversion_run_as_owner(c, $2) FROM postgres_ha.conversion c WHERE id = $1",
        [id, `ALTER TABLE ${child} VALIDATE CONSTRAINT ${identifier(name)}`],
      );
      await rest(session, spec, Date.now() - begun, context);
    }
    const statement = `ALTER TABLE ${original(spec)} ADD CONSTRAINT ${identifier(name)} ${definition}`;
    const purpose = `complete foreign key ${name} of`;
    await inAShortMoment(session, spec, context, { purpose, run: (query) => query(statement) }, async () => {});
  }
}
