import { z } from "zod";
import { columnNames, index } from "../partitions/indexes.ts";
import { cronSchedule, identifier } from "../schemas.ts";

/** What a user may say about a materialized view, the database apart. */
export const materializedViewArgs = z.strictObject({
  schema: identifier.default("public").describe("The schema of the view; it has to exist."),
  name: identifier.describe("The view's name."),
  query: z
    .string()
    .regex(/\S/, "a query, e.g. SELECT date(created_at) AS date, count(*) FROM shipments GROUP BY 1")
    .transform((text) => text.trim().replace(/[\s;]+$/, ""))
    .describe("What the view holds. Names without a schema are looked for in public."),
  uniqueIndex: z
    .array(identifier)
    .min(1, "at least one column")
    .describe(
      "Columns that tell the rows apart. REFRESH .. CONCURRENTLY finds by them what has changed, so that readers need not wait.",
    ),
  indexes: z.array(index).default([]).describe("More indexes of the view."),
  refresh: cronSchedule.describe("When pg_cron refreshes it, in UTC."),
  role: identifier
    .optional()
    .describe("The role that owns it, with whose rights the query runs. Default: the database's owner."),
});

export type MaterializedViewSettings = z.output<typeof materializedViewArgs>;

/** The unique index is one of its own; a second one of the same columns would only cost. */
export function uniqueIndexOnce({ uniqueIndex, indexes }: MaterializedViewSettings) {
  return indexes.flatMap((each, place) =>
    each.unique && each.where === undefined && columnNames(each).join() === uniqueIndex.join()
      ? [{ path: `indexes[${place}]`, message: `the same as uniqueIndex, ${uniqueIndex.join(", ")}; leave it out` }]
      : [],
  );
}
