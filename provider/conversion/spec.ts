import type { Convert } from "../../components/partitions/convert.ts";
import type { Interval } from "../../components/partitions/interval.ts";

/** A plain table that is to be a partitioned one. */
export interface ConversionSpec {
  readonly schema: string;
  readonly table: string;
  /** The column that partitions, and how much of it one partition holds. */
  readonly column: string;
  readonly interval: Interval;
  /** The pattern of the partitions' names. */
  readonly names: string;
  /** How many partitions are made behind the one of now, or of the highest number. */
  readonly ahead: number;
  /** Whether there is a DEFAULT partition, called `TABLE_default`. */
  readonly defaultPartition: boolean;
  /** The primary key to have; left out: the one that the table has. */
  readonly primaryKey?: readonly string[];
  readonly convert: Convert;
}

/** The table's name as a person writes it. */
export function tableName({ schema, table }: Pick<ConversionSpec, "schema" | "table">): string {
  return `${schema}.${table}`;
}

export const phases = [
  "prepared",
  "copying",
  "copied",
  "indexed",
  "vacuumed",
  "verified",
  "swapped",
  "finished",
  "rolled back",
  "abandoned",
] as const;

/** What is done of a conversion; `copying` means that changes are logged. */
export type Phase = (typeof phases)[number];
