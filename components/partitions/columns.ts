import { z } from "zod";
import { identifier } from "../schemas.ts";

/** A column as CREATE TABLE takes it. https://www.postgresql.org/docs/17/sql-createtable.html */
export const column = z
  .strictObject({
    name: identifier.describe("The column's name."),
    type: z.string().min(1).describe("Its type, as SQL has it, e.g. `timestamptz` or `numeric(12, 2)`."),
    notNull: z
      .boolean()
      .default(false)
      .describe("Columns of the primary key and the column of the partitions always are."),
    default: z.string().min(1).optional().describe("An SQL expression, e.g. `now()` or `'PENDING'`."),
    identity: z.boolean().default(false).describe("Numbered by the server, where no value is given."),
    generated: z.string().min(1).optional().describe("An SQL expression that its value is computed from, and stored."),
    check: z.string().min(1).optional().describe("An SQL condition that every value meets."),
    references: z
      .string()
      .min(1)
      .optional()
      .describe("What a foreign key points at, with its actions, e.g. `customers (id) ON DELETE RESTRICT`."),
  })
  .superRefine(({ default: given, identity, generated }, context) => {
    const filled = [given !== undefined && "default", identity && "identity", generated !== undefined && "generated"];
    const both = filled.filter((name) => name !== false);
    if (both.length > 1)
      context.addIssue({ code: "custom", message: `${both.join(" and ")} exclude each other; keep one` });
  });

export type ColumnSettings = z.output<typeof column>;

const times = /^(timestamptz|timestamp|date)(\s*\(\d\))?(\s+with(out)? time zone)?$/i;
const numbers = /^(bigint|integer|int|smallint|int2|int4|int8)$/i;

/** What a column's type makes of a partition: time, whole numbers, or nothing that partitions can be cut from. */
export function kindOf(type: string): "time" | "number" | undefined {
  const text = type.trim();
  return times.test(text) ? "time" : numbers.test(text) ? "number" : undefined;
}
