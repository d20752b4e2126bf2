import { z } from "zod";
import { identifier, seconds, size } from "../schemas.ts";

/** How a plain table that holds data becomes a partitioned one, while it is written to. */
export const convert = z.strictObject({
  primaryKey: z
    .array(identifier)
    .min(1)
    .optional()
    .describe(
      "The primary key of the partitioned table, where it is not the one that the table has: PostgreSQL wants the column that partitions in it. It holds all columns of the old one, which are no longer unique by themselves.",
    ),
  batch: z.int().min(100).max(1_000_000).default(5_000).describe("Rows that are copied in one transaction."),
  pause: z
    .number()
    .min(0)
    .max(100)
    .default(1)
    .describe(
      "How long to rest after each batch, in times of what the batch took. 0 is the fastest, and the hardest on those who write.",
    ),
  maxWait: seconds({ min: 0.2, max: 60 })
    .default(0.8)
    .describe(
      "Seconds for which a writer may be kept waiting at most: what cannot be done in that time is given up, and tried again later.",
    ),
  patience: seconds({ min: 1, max: 86_400 })
    .default(600)
    .describe(
      "Seconds for which a moment without long transactions on the table is looked for before giving up. The next `up` goes on from there.",
    ),
  replicationLag: size(1).default(64).describe("How far standbys may be behind before the copy waits for them."),
  keepOriginal: z
    .boolean()
    .default(true)
    .describe(
      "Keep the table as it was, so that `CALL postgres_ha.rollback_conversion('TABLE')` can go back with nothing lost. false compares the two once more and drops the old one; there is no way back then.",
    ),
});

export type Convert = z.output<typeof convert>;
