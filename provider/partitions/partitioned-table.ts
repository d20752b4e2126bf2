import type { IndexInput } from "../../components/partitions/inputs.ts";
import type { CallContext, Properties, ResourceType } from "../../toolchain/stand-ins/framework/types.ts";
import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import { type ConversionSpec, convertTable } from "../conversion/convert-table.ts";
import { refuseUnfinishedConversion } from "../conversion/unfinished.ts";
import {
  connectionOf,
  identifier,
  lockFor,
  plainServerOf,
  type Session,
  serverOf,
  withoutTheWay,
} from "../sql/connection.ts";
import { findJob } from "../sql/cron.ts";
import { ensureSupport } from "../sql/support/index.ts";
import { adoptionProblems, findTable, refuseAdoption, someRows } from "./adopt.ts";
import { addedColumns, beginningsOf, consequencesOf } from "./consequences.ts";
import { columnDefinition, createTable, dropFunction } from "./ddl.ts";
import { findIndexes, settleIndexes } from "./indexes.ts";
import { type Declared, declaredOf, tableOf } from "./inputs.ts";
import { makePartitions, settleDefault, tellWhatExpires } from "./make.ts";
import { planEachExecution } from "./plan-cache.ts";
import { claim, ensureFunction, ensurePartman, grantToOwner, isAligned, register } from "./register.ts";
import { ensureJob, jobCommand, jobName, removeUnusedJob } from "./schedule.ts";

const inputs = [
  ...["database", "schema", "table", "columns", "primaryKey", "constraints", "column", "interval", "ahead", "start"],
  ...["retention", "defaultPartition", "indexes", "names", "nameFormat", "schedule", "createFunction", "convert"],
];

/** A table in partitions and their maintenance. Each step is safe to repeat: what was cut short is completed by the next `up`. */
export const partitionedTable: ResourceType<unknown> = {
  inputs,
  required: ["database", "schema", "table", "column", "interval", "ahead", "schedule"],
  replaceOn: [],
  canonical: withoutTheWay,
  beginnings: beginningsOf,
  consequences: consequencesOf,

  async create(_client, properties, context) {
    const declared = declaredOf(properties);
    await settle(declared, undefined, context);
    return { id: `${declared.database.database}/${declared.schema}.${declared.table}`, outputs: properties };
  },

  read: (_client, id, state, context, declared) => read(id, state, context, declared),

  async update(_client, _id, state, properties, context) {
    await settle(declaredOf(properties), declaredOf(state), context);
    return properties;
  },

  /** Ends the maintenance. The table, its partitions and their rows stay. */
  async delete(_client, _id, state, context) {
    const declared = declaredOf(state);
    await plainServerOf(declared.database, context).transaction({
      purpose: `end the maintenance of ${tableOf(declared)}`,
      run: async (session) => {
        const { schema, table, createFunction: name } = declared;
        if (declared.convert !== undefined) await refuseUnfinishedConversion(session, declared);
        const [there] = await session.query<{ there: boolean }>(
          "SELECT to_regclass('postgres_ha.partitioned_tables') IS NOT NULL AS there",
        );
        if (there?.there !== true) return;
        const ours = await session.query(
          "DELETE FROM postgres_ha.partitioned_tables WHERE schema_name = $1 AND table_name = $2 AND resource = $3 RETURNING 1",
          [schema, table, context.urn],
        );
        if (ours.length === 0) return; // another resource keeps it now
        await session.query("DELETE FROM partman.part_config WHERE parent_table = $1", [`${schema}.${table}`]);
        if (name !== undefined) await session.query(dropFunction(declared, name));
      },
    });
    await removeUnusedJob(declared.database, declared.schedule, context);
  },
};

async function settle(declared: Declared, before: Declared | undefined, context: CallContext): Promise<void> {
  const server = serverOf(declared.database, context);
  const purpose = `keep the partitions of ${tableOf(declared)}`;
  if (declared.convert !== undefined)
    await convertTable(declared.database, conversionOf(declared, declared.convert), context);
  await server.transaction({
    purpose,
    run: async (session) => {
      await ensureSupport(session);
      await lockFor(session, `partitioned table ${declared.schema}.${declared.table}`);
      await beIn(session, declared);
      await ensurePartman(session);
      // An update keeps what it has, under another name of the resource too.
      if (before === undefined) await claim(session, declared, context.urn);
      const found = await findTable(session, declared);
      if (found === undefined) {
        if (declared.columns === undefined) throw missingTable(declared);
        await session.query(createTable(declared));
        await session.query(`ALTER TABLE ${tableOf(declared)} OWNER TO ${identifier(declared.database.owner)}`);
      } else if (found.kind === "partitioned") {
        refuseAdoption(declared, adoptionProblems(found, declared));
      } else {
        throw await notPartitioned(found.kind, declared, () => someRows(session, declared));
      }
      for (const column of before === undefined ? [] : addedColumns(before, declared)) {
        const definition = columnDefinition(column);
        await session.query(`ALTER TABLE ${tableOf(declared)} ADD COLUMN IF NOT EXISTS ${definition}`);
      }
      await register(session, declared, context.urn, await isAligned(session, declared));
      await grantToOwner(session, declared.database);
      await ensureFunction(session, declared, before?.createFunction);
    },
  });
  await server.session({
    purpose,
    run: async (session) => {
      await beIn(session, declared);
      await planEachExecution(session);
      if (declared.defaultPartition) await settleDefault(session, declared);
      await makePartitions(session, declared, context);
      if (!declared.defaultPartition) await settleDefault(session, declared);
      await settleIndexes(session, declared, before?.indexes ?? [], context);
      await tellWhatExpires(session, declared, context);
    },
  });
  await ensureJob(declared.database, declared.schedule, context);
  if (before !== undefined && before.schedule !== declared.schedule)
    await removeUnusedJob(declared.database, before.schedule, context);
}

/** Names in the declaration's SQL are looked up in the table's schema first. */
async function beIn(session: Session, { schema }: Declared): Promise<void> {
  await session.query("SELECT set_config('search_path', $1 || ', ' || current_setting('search_path'), false)", [
    identifier(schema),
  ]);
}

function conversionOf(declared: Declared, convert: NonNullable<Declared["convert"]>): ConversionSpec {
  const { schema, table, column, interval, names, ahead, defaultPartition } = declared;
  return {
    ...{ schema, table, column, interval, names, ahead, defaultPartition, convert },
    ...(convert.primaryKey === undefined ? {} : { primaryKey: convert.primaryKey }),
  };
}

function missingTable({ schema, table }: Declared): UserError {
  return new UserError(
    `table ${schema}.${table} does not exist, and no columns are declared to make it from; give its columns, or make it by a migration and name that in dependsOn`,
  );
}

async function notPartitioned(kind: string, { schema, table }: Declared, rows: () => Promise<string>) {
  const name = `${schema}.${table}`;
  if (kind === "other") return new UserError(`${name} is no table; choose another name`);
  const held = await rows();
  const way = "add `convert: {}` to turn it into a partitioned one while it is in use, with no row lost";
  return new UserError(
    `table ${name} exists, ${held === "" ? "is empty" : `holds ${held}`}, and is not partitioned; ${way}`,
  );
}

/** What is really there, so that a refresh shows what was changed by hand. */
async function read(id: string, state: Properties, context: CallContext, given: Properties) {
  if (Object.keys(given).length === 0) {
    throw new UserError(`${id} cannot be imported: declare it, and up adopts the table with its rows`);
  }
  const declared = declaredOf(given);
  const connection = connectionOf(given);
  const job = await findJob(connection, jobName(declared.schedule), context);
  const found = await plainServerOf(connection, context).session({
    purpose: `read ${tableOf(declared)}`,
    run: async (session) => {
      const table = await findTable(session, declared);
      if (table?.kind !== "partitioned") return undefined;
      const [registered] = await session.query<{ ahead: number; automatic: boolean; fallback: boolean }>(
        `SELECT p.premake AS ahead, p.automatic_maintenance = 'off' AND p.premake = t.ahead AS automatic,
           EXISTS (SELECT FROM postgres_ha.partition_children($3::regclass) WHERE is_default) AS fallback
         FROM postgres_ha.partitioned_tables t JOIN partman.part_config p ON p.parent_table = t.schema_name || '.' || t.table_name
         WHERE t.schema_name = $1 AND t.table_name = $2`,
        [declared.schema, declared.table, tableOf(declared)],
      );
      return { registered, indexes: await findIndexes(session, declared) };
    },
  });
  if (found === undefined) return undefined;
  const { registered, indexes } = found;
  const there = (index: IndexInput) => indexes.some(({ name, valid }) => name === index.name && valid);
  const actual = {
    ...given,
    indexes: declared.indexes.filter(there),
    ahead: registered?.ahead ?? 0,
    defaultPartition: registered?.fallback ?? declared.defaultPartition,
    schedule: job?.command === jobCommand(declared.schedule) ? job.schedule : "none",
  };
  return { id, outputs: { ...state, ...actual }, inputs: actual };
}
