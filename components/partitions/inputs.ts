import type { PartitionedTableSettings } from "./args.ts";
import { ownNames, toCharFormat } from "./child-names.ts";
import { fingerprint, indexName } from "./indexes.ts";
import { isTime } from "./interval.ts";
import { keptText, type RetentionAction } from "./retention.ts";

/** An index with its name and what tells whether it is still the same. */
export interface IndexInput {
  readonly name: string;
  readonly fingerprint: string;
  /** What follows the table in CREATE INDEX. */
  readonly definition: string;
  readonly unique: boolean;
}

/** What the provider is told of a table: settings that are parsed already. */
export type TableInputs = Omit<PartitionedTableSettings, "retention" | "indexes" | "names"> & {
  readonly retention?: { readonly keep: string; readonly action: RetentionAction };
  readonly indexes: readonly IndexInput[];
  readonly names: string;
  /** The names' pattern as to_char takes it, for a range as it is; left out for pg_partman's own. */
  readonly nameFormat?: string;
};

export function tableInputs({ retention, indexes, ...settings }: PartitionedTableSettings): TableInputs {
  return {
    ...settings,
    ...(retention === undefined
      ? {}
      : { retention: { keep: keptText(retention, settings.interval), action: retention.action } }),
    ...(settings.names === ownNames
      ? {}
      : { nameFormat: isTime(settings.interval) ? toCharFormat(settings.names) : settings.names }),
    indexes: indexes.map((index) => ({
      name: indexName(settings.table, index),
      fingerprint: fingerprint(index),
      definition: definitionOf(index),
      unique: index.unique,
    })),
  };
}

/** What follows the table in CREATE INDEX. */
export function definitionOf(index: PartitionedTableSettings["indexes"][number]): string {
  const { method, columns = [], expression, include, where } = index;
  const storage = Object.entries(index.with ?? {}).map(([key, value]) => `${key} = ${value}`);
  return [
    `USING ${method} (${expression ?? columns.join(", ")})`,
    ...(include === undefined ? [] : [`INCLUDE (${include.join(", ")})`]),
    ...(storage.length === 0 ? [] : [`WITH (${storage.join(", ")})`]),
    ...(where === undefined ? [] : [`WHERE ${where}`]),
  ].join(" ");
}
