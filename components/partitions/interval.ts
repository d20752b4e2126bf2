import { z } from "zod";

/** What one partition of a table that is partitioned by time holds. A week starts on Monday, as in ISO 8601. */
export const timeUnits = ["hour", "day", "week", "month", "quarter", "year"] as const;
export type TimeUnit = (typeof timeUnits)[number];

/** How much one partition holds: a unit of time, or so many values of a whole number. */
export type Interval = TimeUnit | { readonly range: number };

export const interval = z.union(
  [
    z.enum(timeUnits),
    z.strictObject({
      range: z.int().min(2).max(Number.MAX_SAFE_INTEGER).describe("How many values of the column one partition holds."),
    }),
  ],
  { error: `one of ${timeUnits.join(", ")}, or { range: 1000000 } for a column of whole numbers` },
);

export function isTime(interval: Interval): interval is TimeUnit {
  return typeof interval === "string";
}

export interface TimeBounds {
  /** In it. */
  readonly from: Date;
  /** Not in it. */
  readonly to: Date;
}

export interface RangeBounds {
  readonly from: bigint;
  readonly to: bigint;
}

/** The bounds of the partition that holds a moment. Always in UTC, whatever the server's time zone. */
export function boundsAt(unit: TimeUnit, moment: Date): TimeBounds {
  const from = startOf(unit, moment);
  return { from, to: next(unit, from) };
}

/** The bounds of the partition that holds a value. */
export function rangeBoundsAt(range: number, value: bigint): RangeBounds {
  const step = BigInt(range);
  const over = value % step;
  const from = value - (over < 0n ? over + step : over);
  return { from, to: from + step };
}

/** The partitions from the one that holds `first` to the one that holds `last`. */
export function boundsBetween(unit: TimeUnit, first: Date, last: Date): TimeBounds[] {
  const found: TimeBounds[] = [];
  for (let at = boundsAt(unit, first); at.from <= last; at = boundsAt(unit, at.to)) found.push(at);
  return found;
}

function startOf(unit: TimeUnit, moment: Date): Date {
  const year = moment.getUTCFullYear();
  const month = moment.getUTCMonth();
  const day = moment.getUTCDate();
  switch (unit) {
    case "hour":
      return utc(year, month, day, moment.getUTCHours());
    case "day":
      return utc(year, month, day);
    case "week":
      return utc(year, month, day - ((moment.getUTCDay() + 6) % 7));
    case "month":
      return utc(year, month);
    case "quarter":
      return utc(year, month - (month % 3));
    case "year":
      return utc(year, 0);
  }
}

function next(unit: TimeUnit, from: Date): Date {
  const year = from.getUTCFullYear();
  const month = from.getUTCMonth();
  const day = from.getUTCDate();
  switch (unit) {
    case "hour":
      return new Date(from.getTime() + 3_600_000);
    case "day":
      return utc(year, month, day + 1);
    case "week":
      return utc(year, month, day + 7);
    case "month":
      return utc(year, month + 1);
    case "quarter":
      return utc(year, month + 3);
    case "year":
      return utc(year + 1, 0);
  }
}

/** As `Date.UTC`, for the years before 100 too, which that one takes for 19xx. */
function utc(year: number, month: number, day = 1, hour = 0): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month, day);
  date.setUTCHours(hour);
  return date;
}
