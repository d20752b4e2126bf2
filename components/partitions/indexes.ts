import { createHash } from "node:crypto";
import { z } from "zod";
import { identifier } from "../schemas.ts";
import { longestName } from "./child-names.ts";

export const indexMethods = ["btree", "brin", "gin", "gist", "spgist", "hash"] as const;

/** A column of an index, with an operator class and an order where it needs them: `changed_at DESC`, `name gin_trgm_ops`. */
const indexColumn = z
  .string()
  .regex(
    /^[a-z_][a-z0-9_]*( [a-z_][a-z0-9_.]*_ops)?( (asc|desc))?( nulls (first|last))?$/i,
    'a column, with an operator class and an order where wanted, e.g. "changed_at DESC" or "name gin_trgm_ops"',
  );

/** An index of the table and of each partition, those to come too. https://www.postgresql.org/docs/17/sql-createindex.html */
export const index = z
  .strictObject({
    name: identifier.optional().describe("Default: from the table, the columns and the method."),
    columns: z
      .array(indexColumn)
      .min(1)
      .optional()
      .describe(
        'Columns, each with an operator class and an order where wanted: "changed_at DESC", "name gin_trgm_ops".',
      ),
    expression: z
      .string()
      .min(1)
      .optional()
      .describe(
        "Instead of columns, what stands between the parentheses of CREATE INDEX, e.g. `payload jsonb_path_ops`.",
      ),
    method: z.enum(indexMethods).default("btree").describe("The access method."),
    unique: z.boolean().default(false).describe("PostgreSQL asks that it holds the column of the partitions."),
    where: z.string().min(1).optional().describe("The rows that are in the index; left out: all."),
    include: z.array(identifier).min(1).optional().describe("Columns that are carried along and not searched."),
    with: z
      .record(identifier, z.union([z.string(), z.number(), z.boolean()]))
      .optional()
      .describe("Storage parameters, e.g. { pages_per_range: 32 }."),
  })
  .superRefine(({ columns, expression }, context) => {
    if ((columns === undefined) === (expression === undefined))
      context.addIssue({ code: "custom", message: "give either columns or an expression" });
  });

export type IndexSettings = z.output<typeof index>;

/** The plain names in an index's columns. */
export function columnNames({ columns = [] }: IndexSettings): string[] {
  return columns.map((column) => column.split(" ")[0] ?? column);
}

/** The name of an index: what is given, or one that stays the same for as long as the index does. */
export function indexName(table: string, settings: IndexSettings): string {
  if (settings.name !== undefined) return settings.name;
  const plain = settings.expression === undefined && settings.columns?.every((column) => !column.includes(" "));
  const simple = plain && settings.where === undefined && settings.include === undefined;
  const parts = [
    table,
    ...(settings.expression === undefined ? columnNames(settings) : ["expr"]),
    ...(settings.method === "btree" ? [] : [settings.method]),
    ...(simple ? [] : [fingerprint(settings)]),
    settings.unique ? "key" : "idx",
  ];
  const name = parts.join("_");
  if (name.length <= longestName) return name;
  const end = `_${fingerprint(settings)}_${settings.unique ? "key" : "idx"}`;
  return `${name.slice(0, longestName - end.length)}${end}`;
}

/** What makes an index another one: everything but its name. */
export function fingerprint({ name: _, ...settings }: IndexSettings): string {
  const sorted = Object.entries(settings)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => a.localeCompare(b));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 6);
}
