export type { PartitionedTableSettings } from "./args.ts";
export type { ColumnSettings } from "./columns.ts";
export type { IndexSettings } from "./indexes.ts";
export { type Interval, type TimeUnit, timeUnits } from "./interval.ts";
export { PartitionFunctions, type PartitionFunctionsArgs } from "./partition-functions.ts";
export { PartitionedTable, type PartitionedTableArgs } from "./partitioned-table.ts";
export { type Retention, type RetentionAction, retentionActions } from "./retention.ts";
