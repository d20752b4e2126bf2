import type { Convert } from "../../components/partitions/convert.ts";

/** What a changed `convert` will do to a table, for those who read the preview. */
export function conversionConsequences(
  before: Convert | undefined,
  after: Convert | undefined,
  table: string,
): string[] {
  if (after === undefined) return [];
  const sentences: string[] = [];
  if (before === undefined)
    sentences.push(
      `${table} is turned into a partitioned table where it is none: rows are copied while it is written to, compared, and the two change places`,
    );
  if (!after.keepOriginal && before?.keepOriginal !== false)
    sentences.push(
      `the original of ${table}, as it was before it was partitioned, is compared once more and DROPPED: there is no rollback after that`,
    );
  return sentences;
}
