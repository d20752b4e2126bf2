import { isDeepStrictEqual } from "node:util";
import { isTime } from "../../components/partitions/interval.ts";
import type { Properties } from "../../toolchain/stand-ins/framework/types.ts";
import { hasUnknown } from "../../toolchain/stand-ins/framework/values.ts";
import { conversionConsequences } from "../conversion/consequences.ts";
import { type Declared, declaredOf } from "./inputs.ts";

/** What an update will do, for those who read the preview. */
export function consequencesOf(before: Properties, after: Properties): readonly string[] {
  const [olds, news] = [declaredOf(before), declaredOf(after)];
  refuse(olds, news);
  return [
    ...retentionChange(olds, news),
    ...sentences(
      [
        changed(olds, news, "ahead"),
        `${news.ahead} partitions are made in advance, not ${olds.ahead}${news.ahead < olds.ahead ? "; those that are there stay" : ""}`,
      ],
      [changed(olds, news, "schedule"), `maintenance runs at "${news.schedule}" (UTC), not at "${olds.schedule}"`],
      [
        changed(olds, news, "names"),
        `new partitions are called ${news.table}${news.names}; those that are there keep their names`,
      ],
      [changed(olds, news, "start") && news.start !== undefined, `missing partitions from ${news.start} on are made`],
      [
        changed(olds, news, "defaultPartition"),
        news.defaultPartition
          ? "a DEFAULT partition is made: rows that no partition is there for go into it"
          : "the DEFAULT partition is removed, if it is empty; a row that no partition is there for is refused from then on",
      ],
      [
        changed(olds, news, "createFunction") && olds.createFunction !== undefined,
        `function ${olds.createFunction} is removed`,
      ],
      [
        changed(olds, news, "createFunction") && news.createFunction !== undefined,
        `function ${news.createFunction} is made`,
      ],
    ),
    ...indexChanges(olds, news),
    ...conversionConsequences(olds.convert, news.convert, `${news.schema}.${news.table}`),
    ...addedColumns(olds, news).map(({ name, type }) => `column ${name} ${type} is added`),
  ];
}

/** What the first `up` will do to a table that may be there already, with its rows. */
export function beginningsOf(inputs: Properties): readonly string[] {
  const declared = declaredOf(inputs);
  const { schema, table, convert, retention, interval, schedule } = declared;
  return [
    ...(convert === undefined || hasUnknown([schema, table, convert])
      ? []
      : [
          ...conversionConsequences(undefined, convert, `${schema}.${table}`),
          ...sentences([
            convert.keepOriginal,
            `the original of ${schema}.${table} is kept: CALL postgres_ha.rollback_conversion('${schema}.${table}') goes back to it`,
          ]),
        ]),
    ...(retention === undefined || hasUnknown([retention, interval, schedule])
      ? []
      : [
          `from the next maintenance ("${schedule}", UTC) on, ${expiry(declared, retention)}; that holds for those, too, that a table has which is there already`,
        ]),
  ];
}

function retentionChange({ retention: old }: Declared, news: Declared): string[] {
  const { retention, schedule } = news;
  if (isDeepStrictEqual(old, retention)) return [];
  if (retention === undefined) return ["every partition is kept for ever from now on"];
  const was = old === undefined ? "all were kept" : `${old.keep} were kept, then ${old.action}`;
  return [
    `at the next maintenance ("${schedule}", UTC) and from then on, ${expiry(news, retention)}; before, ${was}. To see which they are: SELECT * FROM partition_metadata, or postgres_ha.partition_children`,
  ];
}

function expiry({ interval }: Declared, { keep, action }: NonNullable<Declared["retention"]>): string {
  const fate = {
    drop: "DROPPED WITH THEIR ROWS",
    detach: "detached: their rows are no longer seen through the table, and stay in tables of their own",
    archive: "written to the bucket, and then DROPPED",
  }[action];
  const rule = isTime(interval)
    ? `that end more than ${keep} ago`
    : `that are more than ${keep} values behind the highest`;
  return `partitions ${rule} are ${fate}`;
}

function indexChanges(olds: Declared, news: Declared): string[] {
  return [
    ...news.indexes.flatMap((index) => {
      const old = olds.indexes.find(({ name }) => name === index.name);
      if (old === undefined) return [`index ${index.name} is built on each partition, without keeping writers waiting`];
      return old.fingerprint === index.fingerprint
        ? []
        : [`index ${index.name} is built anew, and then replaces the one that is there`];
    }),
    ...olds.indexes
      .filter(({ name }) => !news.indexes.some((index) => index.name === name))
      .map(({ name }) => `index ${name} is dropped`),
  ];
}

/** Columns that only the new declaration has. */
export function addedColumns(olds: Declared, news: Declared): NonNullable<Declared["columns"]> {
  if (olds.columns === undefined || news.columns === undefined) return [];
  return news.columns.filter(({ name }) => !olds.columns?.some((old) => old.name === name));
}

const forLife = {
  schema: "the table would be another one",
  table: "the table would be another one",
  column: "every row lies in its partition by it",
  interval: "the partitions that are there have its size",
  primaryKey: "rows and foreign keys depend on it",
  constraints: "the rows that are there may not meet them",
} as const;

/** What a change of the declaration cannot change, because rows depend on it. */
function refuse(olds: Declared, news: Declared): void {
  const kept = (["schema", "table", "column", "interval"] as const).filter((key) => changed(olds, news, key));
  const typed = olds.columns !== undefined && news.columns !== undefined;
  const made = (["primaryKey", "constraints"] as const).filter((key) => typed && changed(olds, news, key));
  const lines = [
    ...movedDatabase(olds, news),
    ...kept.map(
      (key) =>
        `${key}: ${shown(olds[key])} → ${shown(news[key])}: cannot change, because ${forLife[key]}; make another PartitionedTable of another table, and move the rows by a migration`,
    ),
    ...made.map(
      (key) =>
        `${key}: cannot change here, because ${forLife[key]}; change it by a migration, and then take columns, primaryKey and constraints out of the declaration`,
    ),
    ...changedColumns(olds, news),
  ];
  if (lines.length > 0)
    throw new Error(
      `refused, because table ${olds.schema}.${olds.table} exists:\n${lines.map((line) => `  - ${line}`).join("\n")}`,
    );
}

function movedDatabase({ database: old }: Declared, { database: now }: Declared): string[] {
  if (hasUnknown(now) || old.database === now.database) return [];
  return [
    `database: ${old.database} → ${now.database}: the table would stay where it is; declare another PartitionedTable there`,
  ];
}

function changedColumns({ columns: olds = [] }: Declared, { columns: news }: Declared): string[] {
  if (news === undefined) return [];
  return olds.flatMap((old) => {
    const now = news.find(({ name }) => name === old.name);
    if (now === undefined)
      return [
        `columns: "${old.name}" is left out: its values would be lost; drop it by a migration, and then take columns out of the declaration`,
      ];
    return isDeepStrictEqual(now, old) || hasUnknown(now)
      ? []
      : [
          `columns: "${old.name}" is another one now; change it by a migration, and then take columns out of the declaration`,
        ];
  });
}

function changed(olds: Declared, news: Declared, key: keyof Declared): boolean {
  return !hasUnknown(news[key]) && !isDeepStrictEqual(olds[key], news[key]);
}

function shown(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function sentences(...pairs: readonly (readonly [boolean, string])[]): string[] {
  return pairs.filter(([holds]) => holds).map(([, sentence]) => sentence);
}
