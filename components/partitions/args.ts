import { z } from "zod";
import type { Problem, Rule } from "../arguments.ts";
import { cronSchedule, identifier } from "../schemas.ts";
import { longestName, longestSuffix, ownNames, patternProblem } from "./child-names.ts";
import { column, kindOf } from "./columns.ts";
import { convert } from "./convert.ts";
import { columnNames, index, indexName } from "./indexes.ts";
import { boundsBetween, interval, isTime } from "./interval.ts";
import { retention, retentionProblem } from "./retention.ts";

/** PostgreSQL plans well with a few thousand at most. */
const mostPartitions = 1000;

export const partitionedTableArgs = z.strictObject({
  schema: identifier.default("public").describe("The schema of the table; it has to exist."),
  table: identifier.describe("The table's name."),
  columns: z
    .array(column)
    .min(1)
    .optional()
    .describe(
      "The table's columns. Left out: the table exists already, e.g. by a migration, and is adopted with its rows.",
    ),
  primaryKey: z
    .array(identifier)
    .min(1)
    .optional()
    .describe("PostgreSQL asks that it holds the column of the partitions. Only with `columns`."),
  constraints: z
    .array(z.string().min(1))
    .default([])
    .describe("More constraints, as CREATE TABLE takes them, e.g. `CHECK (amount >= 0)`. Only with `columns`."),
  column: identifier.describe("What decides the partition of a row: timestamptz, timestamp, date, or whole numbers."),
  interval: interval.describe(
    "What one partition holds: hour, day, week, month, quarter, year (all in UTC), or { range: 1000000 }.",
  ),
  ahead: z
    .int()
    .min(1)
    .max(1000)
    .default(4)
    .describe("How many partitions are made in advance, after the current one."),
  start: z.iso
    .date("a day, e.g. 2025-01-01")
    .optional()
    .describe(
      "Partitions are made from the one that holds this day (UTC) on. Default: from the one before the current.",
    ),
  retention: retention.optional().describe("Left out: every partition is kept for ever."),
  defaultPartition: z
    .boolean()
    .default(true)
    .describe("Takes the rows that no partition is there for. Without it such an INSERT fails."),
  indexes: z.array(index).default([]).describe("Indexes of the table and of each partition, those to come too."),
  names: z
    .string()
    .default(ownNames)
    .describe(
      "The end of a child's name: a pattern of {YYYY}, {Q}, {MM}, {DD}, {HH}, {IYYY}, {IW} or {START}, e.g. `_y{YYYY}m{MM}`; or `pg_partman` for its own `_p20250101`.",
    ),
  schedule: cronSchedule.default("0 2 * * *").describe("When maintenance runs, by pg_cron, in UTC."),
  createFunction: identifier
    .optional()
    .describe(
      "A function of this name, in the table's schema, that makes the partition of the date (or number) it gets.",
    ),
  convert: convert
    .optional()
    .describe("The table exists, is not partitioned, and is turned into a partitioned one while it is written to."),
});

export type PartitionedTableSettings = z.output<typeof partitionedTableArgs>;

/** What no single field shows. */
export const partitionedTableRules: readonly Rule<PartitionedTableSettings>[] = [
  patternTellsPartitionsApart,
  retentionOutlivesAPartition,
  namesFit,
  columnsHoldThePartitionColumn,
  primaryKeyHoldsThePartitionColumn,
  columnsAreDeclaredOnce,
  indexesAreDeclaredOnce,
  uniqueIndexesHoldThePartitionColumn,
  startIsNear,
  conversionNeedsATable,
];

function patternTellsPartitionsApart({ names, interval }: PartitionedTableSettings): Problem[] {
  const message = patternProblem(names, interval);
  return message === undefined ? [] : [{ path: "names", message }];
}

function retentionOutlivesAPartition({ retention, interval }: PartitionedTableSettings): Problem[] {
  const message = retention === undefined ? undefined : retentionProblem(retention, interval);
  return message === undefined ? [] : [{ path: "retention.keep", message }];
}

function namesFit({ table, names, interval }: PartitionedTableSettings): Problem[] {
  if (patternProblem(names, interval) !== undefined) return [];
  const room = longestName - longestSuffix(names, interval);
  if (table.length <= room) return [];
  const message = `"${table}" has ${table.length} characters; with the end that ${names} adds, PostgreSQL would cut the children's names at ${longestName}; at most ${room} fit`;
  return [{ path: "table", message }];
}

function columnsHoldThePartitionColumn({ columns, column: by, interval }: PartitionedTableSettings): Problem[] {
  if (columns === undefined) return [];
  const found = columns.find(({ name }) => name === by);
  if (found === undefined) {
    const known = columns.map(({ name }) => name).join(", ");
    return [{ path: "column", message: `"${by}" is none of the columns; they are ${known}` }];
  }
  const wanted = isTime(interval) ? "time" : "number";
  const kind = kindOf(found.type);
  const index = columns.indexOf(found);
  if (kind !== wanted) {
    const types = wanted === "time" ? "timestamptz, timestamp or date" : "bigint, integer or smallint";
    const shown = isTime(interval) ? interval : `{ range: ${interval.range} }`;
    const message = `${found.type} cannot be cut into partitions of ${shown}; make it ${types}, or choose another interval`;
    return [{ path: `columns[${index}].type`, message }];
  }
  if (interval === "hour" && /^date/i.test(found.type))
    return [{ path: "interval", message: `hour: "${by}" is a date, which has no hours; choose day or longer` }];
  return [];
}

function primaryKeyHoldsThePartitionColumn(settings: PartitionedTableSettings): Problem[] {
  const { columns, primaryKey, constraints, column: by } = settings;
  if (columns === undefined) {
    const left = [primaryKey !== undefined && "primaryKey", constraints.length > 0 && "constraints"];
    return left
      .filter((path) => path !== false)
      .map((path) => ({
        path,
        message: "is made with the table, which exists already; leave it out, or give columns",
      }));
  }
  if (primaryKey === undefined) return [];
  const names = columns.map(({ name }) => name);
  const unknown = primaryKey.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    return [
      { path: "primaryKey", message: `${unknown.join(", ")} is none of the columns; they are ${names.join(", ")}` },
    ];
  if (primaryKey.includes(by)) return [];
  const shown = [...primaryKey, by].map((name) => JSON.stringify(name)).join(", ");
  const message = `(${primaryKey.join(", ")}) does not hold "${by}", which the table is partitioned by: each partition keeps its own index, so PostgreSQL can only tell rows apart where it does; write [${shown}]`;
  return [{ path: "primaryKey", message }];
}

function columnsAreDeclaredOnce({ columns = [] }: PartitionedTableSettings): Problem[] {
  return columns.flatMap(({ name }, index) =>
    columns.findIndex((other) => other.name === name) === index
      ? []
      : [{ path: `columns[${index}].name`, message: `"${name}" is declared twice; give one of them another name` }],
  );
}

function indexesAreDeclaredOnce({ table, indexes }: PartitionedTableSettings): Problem[] {
  const names = indexes.map((index) => indexName(table, index));
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [
          {
            path: `indexes[${index}]`,
            message: `is called "${name}" as indexes[${names.indexOf(name)}] is; give it a name of its own`,
          },
        ],
  );
}

function uniqueIndexesHoldThePartitionColumn({ indexes, column: by }: PartitionedTableSettings): Problem[] {
  return indexes.flatMap((index, at) =>
    !index.unique || columnNames(index).includes(by)
      ? []
      : [{ path: `indexes[${at}]`, message: `a unique index has to hold "${by}", which the table is partitioned by` }],
  );
}

function startIsNear({ start, interval, ahead }: PartitionedTableSettings): Problem[] {
  if (start === undefined) return [];
  if (!isTime(interval))
    return [{ path: "start", message: "is a day, and the partitions are of numbers; leave it out" }];
  const count = boundsBetween(interval, new Date(start), new Date()).length + ahead;
  const message = `${start} asks for ${count} partitions, one for each ${interval}; more than ${mostPartitions} make every query slow to plan; choose a later start or a longer interval`;
  return count > mostPartitions ? [{ path: "start", message }] : [];
}

function conversionNeedsATable({ convert, columns }: PartitionedTableSettings): Problem[] {
  return convert === undefined || columns === undefined
    ? []
    : [{ path: "convert", message: "is for a table that exists, and columns make a new one; leave one of them out" }];
}
