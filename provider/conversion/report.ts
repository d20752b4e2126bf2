import type { Child } from "./children.ts";
import { mebibytes, shown } from "./refusals.ts";
import { type ConversionSpec, tableName } from "./spec.ts";
import type { RowFacts, TableFacts } from "./survey.ts";

/** What is there before a table is converted, and what will be made of it; kept in `postgres_ha.conversion`. */
export interface ReportBefore {
  readonly rows: number;
  readonly bytes: number;
  readonly freeBytes: number | null;
  readonly from: string | null;
  readonly to: string | null;
  readonly partitions: number;
  readonly firstPartition: string;
  readonly lastPartition: string;
  readonly primaryKey: readonly string[];
  readonly indexes: readonly string[];
  readonly foreignKeys: readonly string[];
  readonly triggers: readonly string[];
  readonly views: readonly string[];
  readonly grants: number;
  readonly owner: string;
}

export function reportBefore(
  spec: ConversionSpec,
  facts: TableFacts,
  { rows, values }: RowFacts,
  found: { readonly key: readonly string[]; readonly children: readonly Child[]; readonly free: number | undefined },
): ReportBefore {
  return {
    rows,
    bytes: facts.size,
    freeBytes: found.free ?? null,
    from: values === undefined ? null : shown(spec, values.first),
    to: values === undefined ? null : shown(spec, values.last),
    partitions: found.children.length,
    firstPartition: found.children[0]?.name ?? "",
    lastPartition: found.children.at(-1)?.name ?? "",
    primaryKey: found.key,
    indexes: facts.indexes.map(({ name }) => name),
    foreignKeys: facts.foreignKeys,
    triggers: facts.triggers.map(({ name }) => name),
    views: facts.views,
    grants: facts.grants,
    owner: facts.owner,
  };
}

export function beforeText(spec: ConversionSpec, report: ReportBefore): string {
  const range =
    report.from === null ? "no rows" : `${report.rows} rows, ${spec.column} from ${report.from} to ${report.to}`;
  const free =
    report.freeBytes === null
      ? "how much is free on its disk could not be asked"
      : `${mebibytes(report.freeBytes)} are free on its disk`;
  return `${tableName(spec)} before: ${range}; ${mebibytes(report.bytes)}, ${free}; to make: ${report.partitions} partitions, ${report.firstPartition} to ${report.lastPartition}, primary key (${report.primaryKey.join(", ")}), ${report.indexes.length} more indexes, ${report.foreignKeys.length} foreign keys, ${report.triggers.length} triggers, ${report.views.length} views, ${report.grants} grants, owner ${report.owner}`;
}

/** What `postgres_ha.conversion_compare` answers. */
export interface Comparison {
  readonly equal: boolean;
  readonly rowsOriginal: number;
  readonly rowsConverted: number;
  readonly checksumOriginal: string;
  readonly checksumConverted: string;
  readonly differing: readonly string[];
}

export function differenceText(spec: ConversionSpec, { differing, ...sums }: Comparison): string {
  return `the copy of ${tableName(spec)} differs from it: ${sums.rowsOriginal} rows with checksum ${sums.checksumOriginal}, against ${sums.rowsConverted} with ${sums.checksumConverted}; the keys of the first rows that differ: ${differing.join(", ")}. Nothing was changed: the table is in its place. CALL postgres_ha.abandon_conversion('${tableName(spec)}') removes the copy; please report this`;
}

export function afterText(spec: ConversionSpec, after: Comparison, savedIn: string, seconds: number): string {
  return `${tableName(spec)} after: partitioned by ${spec.column}; ${after.rowsConverted} rows compared one by one with the original, checksum ${after.checksumConverted}, before the last rows were carried over; took ${Math.round(seconds)} s. The original is kept as ${savedIn}.${spec.table}: CALL postgres_ha.rollback_conversion('${tableName(spec)}') goes back to it with nothing lost, CALL postgres_ha.finish_conversion('${tableName(spec)}') removes it`;
}

/** The copy on its way. */
export function progressText(
  spec: ConversionSpec,
  at: { copied: number; total: number; share: number; seconds: number },
): string {
  const rate = at.seconds > 0 ? Math.round(at.copied / at.seconds) : 0;
  const left = at.share > 0 ? Math.round((at.seconds / at.share) * (1 - at.share)) : undefined;
  return `${tableName(spec)}: ${at.copied} of about ${at.total} rows copied (${Math.round(at.share * 100)} %), ${rate} a second${left === undefined ? "" : `, about ${left} s left`}`;
}
