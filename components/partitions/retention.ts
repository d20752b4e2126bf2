import { z } from "zod";
import { type Interval, isTime, type TimeUnit, timeUnits } from "./interval.ts";

/** What becomes of a partition whose last value is older than what is kept. */
export const retentionActions = ["drop", "detach", "archive"] as const;
export type RetentionAction = (typeof retentionActions)[number];

const textPattern = new RegExp(`^([1-9]\\d*) (${timeUnits.join("|")})s?$`);

export const retention = z.strictObject({
  keep: z
    .union(
      [
        z
          .int({ error: "a whole number of partitions, at least 1" })
          .min(1, { error: "at least 1: what is kept cannot be shorter than one partition" }),
        z.string().regex(textPattern, 'a number of units of time, e.g. "12 months" or "30 days"'),
      ],
      { error: 'how many partitions are kept, e.g. 12, or for how long, e.g. "12 months"' },
    )
    .describe("How much is kept, in partitions, or as time: no row that is younger goes."),
  action: z
    .enum(retentionActions)
    .describe(
      "What becomes of an older partition: drop removes it with its rows, detach leaves it as a table of its own, archive writes it to the bucket and then removes it.",
    ),
});

export type Retention = z.output<typeof retention>;

/** What is kept, as PostgreSQL takes it: `12 months`, or a number of values. */
export function keptText({ keep }: Retention, interval: Interval): string {
  if (!isTime(interval)) return String(BigInt(Number(keep)) * BigInt(interval.range));
  const [count, unit] = typeof keep === "number" ? [keep, interval] : parsed(keep);
  return unit === "quarter" ? `${count * 3} months` : `${count} ${unit}${count === 1 ? "" : "s"}`;
}

const hours: Partial<Record<TimeUnit, number>> = { hour: 1, day: 24, week: 168 };
const months: Partial<Record<TimeUnit, number>> = { month: 1, quarter: 3, year: 12 };
/** The longest that so many months get. */
const mostDays: Partial<Record<TimeUnit, number>> = { month: 31, quarter: 92, year: 366 };

/** What is wrong with what is kept of partitions of this interval, `undefined` where nothing is. */
export function retentionProblem({ keep }: Retention, interval: Interval): string | undefined {
  if (typeof keep === "number") return undefined;
  const shown = JSON.stringify(keep);
  if (!isTime(interval))
    return `${shown} is time, and a partition holds ${interval.range} values; keep a number of partitions`;
  return isShorter(keep, interval)
    ? `${shown} is shorter than a ${interval}, and a partition goes as a whole; keep at least "1 ${interval}", or choose a shorter interval`
    : undefined;
}

function isShorter(keep: string, interval: TimeUnit): boolean {
  const [count, unit] = parsed(keep);
  const keptMonths = months[unit];
  const keptHours = hours[unit];
  if (keptMonths !== undefined) return count * keptMonths < (months[interval] ?? 0);
  const longest = hours[interval] ?? (mostDays[interval] ?? 0) * 24;
  return count * (keptHours ?? 0) < longest;
}

function parsed(keep: string): [number, TimeUnit] {
  const [, count, unit] = textPattern.exec(keep) ?? [];
  return [Number(count), unit as TimeUnit];
}
