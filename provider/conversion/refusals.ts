import { longestName } from "../../components/partitions/child-names.ts";
import { isTime } from "../../components/partitions/interval.ts";
import { childCount, childrenFor, mostChildren } from "./children.ts";
import { type ConversionSpec, tableName } from "./spec.ts";
import type { KeyFacts, RowFacts, TableFacts } from "./survey.ts";

const timeTypes = ["timestamp with time zone", "timestamp without time zone", "date"];
const numberTypes = ["smallint", "integer", "bigint"];

/** The primary key that the partitioned table gets; empty where there is none to be had. */
export function keyOf({ primaryKey }: ConversionSpec, { unique }: TableFacts): readonly string[] {
  return primaryKey ?? unique.find(({ primary }) => primary)?.columns ?? [];
}

/** Why a table cannot be converted, and the way out, as far as its definition shows; empty where it can. */
export function definitionProblems(spec: ConversionSpec, facts: TableFacts): string[] {
  if (facts.kind !== "r") return [`it is ${kinds[facts.kind] ?? "no table"}; only a plain table can be converted`];
  return [
    ...columnProblems(spec, facts),
    ...keyProblems(spec, facts),
    ...kindProblems(facts),
    ...referenceProblems(spec, facts),
  ];
}

const kinds: Readonly<Record<string, string>> = {
  v: "a view",
  m: "a materialized view",
  f: "a foreign table",
  p: "a partitioned table already",
};

function columnProblems({ column, interval }: ConversionSpec, { columns }: TableFacts): string[] {
  const found = columns.find(({ name }) => name === column);
  if (found === undefined)
    return [`column ${column}: there is none; the table has ${columns.map(({ name }) => name).join(", ")}`];
  const allowed = isTime(interval) ? timeTypes : numberTypes;
  const by = isTime(interval) ? `one ${interval}` : `a range of ${interval.range}`;
  return [
    ...(allowed.includes(found.type)
      ? []
      : [`column ${column} is of type ${found.type}; partitions of ${by} take ${allowed.join(", ")}`]),
    ...(found.type === "date" && interval === "hour"
      ? [`column ${column} is a date, which has no hours; choose day or longer`]
      : []),
    ...(found.generated === "" ? [] : [`column ${column} is generated, which PostgreSQL does not partition by`]),
  ];
}

function keyProblems(spec: ConversionSpec, facts: TableFacts): string[] {
  const key = keyOf(spec, facts);
  if (key.length === 0)
    return [
      "it has no primary key, by which changed rows would be found; add one (a bigint GENERATED ALWAYS AS IDENTITY will do)",
    ];
  const shown = `(${key.join(", ")})`;
  const primary = facts.unique.find((unique) => unique.primary);
  const unknown = key.filter((name) => !facts.columns.some((column) => column.name === name));
  if (unknown.length > 0) return [`primaryKey ${shown}: the table has no ${unknown.join(", ")}`];
  const problems: string[] = [];
  if (!key.includes(spec.column) && facts.columns.some(({ name }) => name === spec.column)) {
    problems.push(
      `the primary key ${shown} does not hold ${spec.column}, which PostgreSQL asks of a partitioned table; ask for another one: primaryKey: ${JSON.stringify([...key, spec.column])}. ${key.join(", ")} ${key.length > 1 ? "are" : "is"} then no longer unique without ${spec.column}`,
    );
  }
  const lost = (primary?.columns ?? []).filter((name) => !key.includes(name));
  if (lost.length > 0)
    problems.push(
      `primaryKey ${shown} leaves out ${lost.join(", ")} of the primary key that the table has; keep all its columns`,
    );
  if (!facts.unique.some((unique) => identifies(unique, facts) && unique.columns.every((name) => key.includes(name))))
    problems.push(
      `no unique index says that ${shown} is unique; make a primary key, or a unique index of columns that are NOT NULL`,
    );
  const notSure = key.filter((name) => facts.columns.some((column) => column.name === name && !column.notNull));
  if (notSure.length > 0)
    problems.push(
      `${notSure.join(", ")} of the key may be NULL; ALTER TABLE ${tableName(spec)} ${notSure.map((name) => `ALTER COLUMN ${name} SET NOT NULL`).join(", ")}`,
    );
  const strange = facts.columns.filter(({ name, plainType }) => key.includes(name) && !plainType);
  for (const { name, type } of strange)
    problems.push(`column ${name} of the key is of type ${type}, an extension's, which is not supported here`);
  if (primary?.deferrable) problems.push(`the primary key ${primary.name} is deferrable; make it NOT DEFERRABLE`);
  for (const { name, columns } of facts.unique.filter(
    (unique) => !unique.primary && !unique.columns.includes(spec.column),
  ))
    problems.push(
      `${name} is unique on ${columns.length === 0 ? "an expression" : `(${columns.join(", ")})`}, which a partitioned table cannot promise without ${spec.column}; drop it, or make it unique together with ${spec.column}`,
    );
  return problems;
}

function identifies({ columns, partial, deferrable }: KeyFacts, facts: TableFacts): boolean {
  const notNull = (name: string) => facts.columns.some((column) => column.name === name && column.notNull);
  return columns.length > 0 && !partial && !deferrable && columns.every(notNull);
}

function kindProblems(facts: TableFacts): string[] {
  const wrong: [boolean, string][] = [
    [facts.persistence === "u", "it is unlogged; ALTER TABLE .. SET LOGGED first"],
    [facts.persistence === "t", "it is temporary"],
    [facts.ownType, "it is a table OF a type; ALTER TABLE .. NOT OF first"],
    [facts.parents.length > 0, `it inherits from ${facts.parents.join(", ")}; ALTER TABLE .. NO INHERIT first`],
    [facts.heirs.length > 0, `${facts.heirs.join(", ")} inherit from it; ALTER TABLE .. NO INHERIT them first`],
    [
      facts.rowSecurity || facts.policies.length > 0,
      `it has row security${facts.policies.length > 0 ? ` (${facts.policies.join(", ")})` : ""}, which is not carried over; drop it and make it again afterwards`,
    ],
    [facts.extension !== null, `it belongs to the extension ${facts.extension}`],
    [
      facts.tablespace !== null,
      `it lives in tablespace ${facts.tablespace}, which is not carried over; ALTER TABLE .. SET TABLESPACE pg_default first`,
    ],
    [facts.replicaIdentity === "i", "its replica identity is an index; ALTER TABLE .. REPLICA IDENTITY DEFAULT first"],
  ];
  return wrong.filter(([is]) => is).map(([, problem]) => problem);
}

function referenceProblems(spec: ConversionSpec, facts: TableFacts): string[] {
  const names = (list: readonly string[]) => list.join(", ");
  const invalid = facts.indexes.filter(({ valid }) => !valid).map(({ name }) => name);
  const constraintTriggers = facts.triggers.filter(({ constraint }) => constraint).map(({ name }) => name);
  const transition = facts.triggers.filter(({ transitionTables }) => transitionTables).map(({ name }) => name);
  const wrong: [readonly string[], string][] = [
    [
      facts.inbound.map(({ name }) => name),
      `foreign keys point to it: ${names(facts.inbound.map(({ name, table }) => `${name} of ${table}`))}; they would need ${spec.column} too: drop them first`,
    ],
    [
      facts.unvalidated,
      `constraints were never validated: ${names(facts.unvalidated)}; ALTER TABLE .. VALIDATE CONSTRAINT, or drop them`,
    ],
    [facts.noInherit, `check constraints are NO INHERIT: ${names(facts.noInherit)}; make them again without`],
    [
      facts.exclusions,
      `exclusion constraints are not supported here: ${names(facts.exclusions)}; drop them, and make them again on the partitioned table`,
    ],
    [facts.rules, `rules are not carried over: ${names(facts.rules)}; drop them`],
    [
      facts.publications,
      `publications hold it: ${names(facts.publications)}; subscribers do not know the partitioned table: take it out first`,
    ],
    [
      facts.dependents,
      `these would go on using the old table: ${names(facts.dependents)}; drop them, convert, and make them again`,
    ],
    [invalid, `indexes are not valid: ${names(invalid)}; REINDEX or drop them`],
    [
      constraintTriggers,
      `constraint triggers are not carried over: ${names(constraintTriggers)}; drop them, and make them again afterwards`,
    ],
    [
      transition,
      `row triggers with transition tables are not possible on a partitioned table: ${names(transition)}; drop them`,
    ],
  ];
  return wrong.filter(([list]) => list.length > 0).map(([, problem]) => problem);
}

/** Why a table cannot be converted, as far as its rows show. */
export function rowProblems(
  spec: ConversionSpec,
  facts: TableFacts,
  { nulls, infinite, values }: RowFacts,
  now: Date,
): string[] {
  const problems: string[] = [];
  if (nulls > 0) problems.push(`${has(nulls)} NULL in ${spec.column}; give a value`);
  if (infinite > 0)
    problems.push(`${has(infinite)} infinity in ${spec.column}, which no partition holds; give a value`);
  const type = facts.columns.find(({ name }) => name === spec.column)?.type ?? "";
  if (values !== undefined && childCount(spec, values, now) > mostChildren) {
    problems.push(
      `the rows would take ${childCount(spec, values, now)} partitions, and more than ${mostChildren} are too many; ${spec.column} goes from ${shown(spec, values.first)} to ${shown(spec, values.last)}: mend rows that are far off, or choose a longer interval`,
    );
    return problems;
  }
  const children = childrenFor(spec, type, values, now).map(({ name }) => name);
  const names = spec.defaultPartition ? [...children, `${spec.table}_default`] : children;
  if (names.length > mostChildren + spec.ahead)
    problems.push(
      `it would take ${names.length} partitions, and more than ${mostChildren} are too many; choose a longer interval`,
    );
  const long = names.filter((name) => Buffer.byteLength(name) > longestName);
  if (long.length > 0)
    problems.push(
      `names of partitions would be longer than ${longestName} bytes: ${some(long)}; choose a shorter pattern`,
    );
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0)
    problems.push(`two partitions would have one name: ${some(twice)}; choose a pattern that tells them apart`);
  const taken = names.filter((name) => facts.taken.includes(name));
  if (taken.length > 0)
    problems.push(
      `names of partitions are taken in schema ${spec.schema}: ${some(taken)}; rename those tables, or choose another pattern`,
    );
  return problems;
}

function has(rows: number): string {
  return rows === 1 ? "1 row has" : `${rows} rows have`;
}

/** A value of the column as a person reads it. */
export function shown({ interval }: ConversionSpec, value: string): string {
  if (!isTime(interval)) return value;
  const date = new Date(Number(value) * 1000);
  return Number.isNaN(date.getTime())
    ? `${value} s since 1970`
    : `${date.toISOString().slice(0, 19).replace("T", " ")} UTC`;
}

function some(names: readonly string[]): string {
  return names.length > 5 ? `${names.slice(0, 5).join(", ")} and ${names.length - 5} more` : names.join(", ");
}

/** Both tables stand side by side until the end, and what is written goes through the WAL. */
export function spaceProblem(size: number, free: number | undefined): string | undefined {
  const needed = size * 1.3 + 64 * 1024 * 1024;
  if (free === undefined || free >= needed) return undefined;
  return `its disk has ${mebibytes(free)} free, and a second copy of ${mebibytes(size)} with its WAL needs about ${mebibytes(needed)}; make room first`;
}

export function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}
