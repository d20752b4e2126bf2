import { childName } from "../../components/partitions/child-names.ts";
import { boundsAt, boundsBetween, isTime, rangeBoundsAt } from "../../components/partitions/interval.ts";
import type { ConversionSpec } from "./spec.ts";

/** A partition to be: its name, and its bounds as PostgreSQL takes them. */
export interface Child {
  readonly name: string;
  readonly from: string;
  readonly to: string;
}

/** The first and the last value of a column: seconds since 1970 for time, numbers otherwise. */
export interface ValueRange {
  readonly first: string;
  readonly last: string;
}

/** More would take more locks than a server has by default. */
export const mostChildren = 1000;

type Pattern = Pick<ConversionSpec, "table" | "interval" | "names" | "ahead">;

/** How many partitions `childrenFor` lists at least, to be asked before. */
export function childCount({ interval }: Pattern, { first, last }: ValueRange, now: Date): number {
  if (!isTime(interval)) return Number((BigInt(last) - BigInt(first)) / BigInt(interval.range)) + 1;
  const unit = boundsAt(interval, new Date(Date.UTC(2024, 0, 1)));
  const from = Math.min(Number(first) * 1000, now.getTime());
  const to = Math.max(Number(last) * 1000, now.getTime());
  return Math.ceil((to - from) / (unit.to.getTime() - unit.from.getTime()));
}

/** The partitions that hold these values, and those ahead of them and of now. An empty table has those from now on. */
export function childrenFor(pattern: Pattern, columnType: string, values: ValueRange | undefined, now: Date): Child[] {
  const { interval, names, table, ahead } = pattern;
  if (!isTime(interval)) {
    const { first, last } = values ?? { first: "0", last: "0" };
    const begin = rangeBoundsAt(interval.range, BigInt(first)).from;
    const end = rangeBoundsAt(interval.range, BigInt(last)).to + BigInt(interval.range) * BigInt(ahead);
    const found: Child[] = [];
    for (let from = begin; from < end; from += BigInt(interval.range)) {
      found.push({
        name: childName(table, names, interval, from),
        from: String(from),
        to: String(from + BigInt(interval.range)),
      });
    }
    return found;
  }
  const first = values === undefined ? now : new Date(Math.min(momentOf(values.first), now.getTime()));
  const last = values === undefined ? now : new Date(Math.max(momentOf(values.last), now.getTime()));
  const held = boundsBetween(interval, first, last);
  for (let extra = 0; extra < ahead; extra++) {
    const end = held.at(-1)?.to;
    if (end !== undefined) held.push(boundsAt(interval, end));
  }
  return held.map(({ from, to }) => ({
    name: childName(table, names, interval, from),
    from: timeText(from, columnType),
    to: timeText(to, columnType),
  }));
}

function momentOf(seconds: string): number {
  return Math.floor(Number(seconds) * 1000);
}

function timeText(moment: Date, columnType: string): string {
  const text = moment.toISOString().slice(0, 19).replace("T", " ");
  if (columnType === "date") return text.slice(0, 10);
  return columnType === "timestamp with time zone" ? `${text}+00` : text;
}
