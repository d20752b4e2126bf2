import { type Interval, isTime, type TimeUnit } from "./interval.ts";

/** The names of the children as pg_partman makes them: `_p20250101`, with the time of day for hours, `_p1000000` for numbers. */
export const ownNames = "pg_partman";

/** What a pattern may hold, and what PostgreSQL's to_char calls it. All but `{START}` have one width, so that nothing runs into the next. */
const tokens = {
  "{YYYY}": "YYYY",
  "{Q}": "Q",
  "{MM}": "MM",
  "{DD}": "DD",
  "{HH}": "HH24",
  "{IYYY}": "IYYY",
  "{IW}": "IW",
  "{START}": undefined,
} as const;

type Token = keyof typeof tokens;

/** What tells the partitions of a unit apart; any one of the lists will do. */
const telling: Readonly<Record<TimeUnit | "range", readonly (readonly Token[])[]>> = {
  year: [["{YYYY}"]],
  quarter: [
    ["{YYYY}", "{Q}"],
    ["{YYYY}", "{MM}"],
  ],
  month: [["{YYYY}", "{MM}"]],
  week: [
    ["{IYYY}", "{IW}"],
    ["{YYYY}", "{MM}", "{DD}"],
  ],
  day: [["{YYYY}", "{MM}", "{DD}"]],
  hour: [["{YYYY}", "{MM}", "{DD}", "{HH}"]],
  range: [["{START}"]],
};

/** PostgreSQL cuts longer names. */
export const longestName = 63;

/** What is wrong with a pattern of names for this interval, `undefined` where nothing is. */
export function patternProblem(pattern: string, interval: Interval): string | undefined {
  if (pattern === ownNames) return undefined;
  const shown = JSON.stringify(pattern);
  const unknown = (pattern.match(/\{[^}]*\}/g) ?? []).filter((token) => !(token in tokens));
  if (unknown.length > 0)
    return `${unknown.join(", ")} in ${shown} is not known; known are ${Object.keys(tokens).join(", ")}`;
  if (!/^_[a-z0-9_]*$/.test(pattern.replaceAll(/\{[A-Z]+\}/g, "")))
    return `${shown} follows the table's name: it starts with _ and holds lower-case letters, digits, _ and ${Object.keys(tokens).join(", ")}; or "${ownNames}" for its own`;
  const used = tokensOf(pattern);
  const wanted = telling[keyOf(interval)];
  if (wanted.some((list) => list.every((token) => used.includes(token)))) {
    const wrong = isTime(interval) ? used.filter((token) => token === "{START}") : used.filter((t) => t !== "{START}");
    if (wrong.length > 0) return `${wrong.join(", ")} in ${shown} means nothing for ${described(interval)}`;
    return undefined;
  }
  return `two partitions of ${described(interval)} would both be called ${shown}; it has to hold ${wanted.map((list) => list.join(" and ")).join(", or ")}`;
}

/** The end of the name of the child that starts here. `from` is a moment or, for a range, a number. */
export function childSuffix(pattern: string, interval: Interval, from: Date | bigint): string {
  if (pattern !== ownNames) return pattern.replaceAll(/\{[A-Z]+\}/g, (token) => shownAs(token as Token, from));
  if (typeof from === "bigint") return `_p${from}`;
  const day = `_p${padded(from.getUTCFullYear(), 4)}${padded(from.getUTCMonth() + 1, 2)}${padded(from.getUTCDate(), 2)}`;
  return interval === "hour" ? `${day}_${padded(from.getUTCHours(), 2)}0000` : day;
}

export function childName(table: string, pattern: string, interval: Interval, from: Date | bigint): string {
  return `${table}${childSuffix(pattern, interval, from)}`;
}

/** The longest that the end of a child's name can get. */
export function longestSuffix(pattern: string, interval: Interval): number {
  const first = isTime(interval) ? new Date(Date.UTC(2000, 11, 25, 10)) : -(2n ** 63n);
  return Math.max(childSuffix(pattern, interval, first).length, "_default".length);
}

/** A pattern of time as PostgreSQL's to_char takes it: what is no token is quoted. */
export function toCharFormat(pattern: string): string {
  return pattern
    .split(/(\{[A-Z]+\})/)
    .filter((part) => part !== "")
    .map((part) => tokens[part as Token] ?? `"${part}"`)
    .join("");
}

function tokensOf(pattern: string): Token[] {
  return (pattern.match(/\{[A-Z]+\}/g) ?? []) as Token[];
}

function keyOf(interval: Interval): TimeUnit | "range" {
  return isTime(interval) ? interval : "range";
}

function described(interval: Interval): string {
  return isTime(interval) ? `one ${interval}` : `a range of ${interval.range}`;
}

function shownAs(token: Token, from: Date | bigint): string {
  if (typeof from === "bigint") return String(from);
  switch (token) {
    case "{YYYY}":
      return padded(from.getUTCFullYear(), 4);
    case "{Q}":
      return String(Math.floor(from.getUTCMonth() / 3) + 1);
    case "{MM}":
      return padded(from.getUTCMonth() + 1, 2);
    case "{DD}":
      return padded(from.getUTCDate(), 2);
    case "{HH}":
      return padded(from.getUTCHours(), 2);
    case "{IYYY}":
      return padded(thursdayOf(from).getUTCFullYear(), 4);
    case "{IW}":
      return padded(isoWeek(from), 2);
    case "{START}":
      return "";
  }
}

/** The Thursday of a moment's week: the year that it is in is the week's. */
function thursdayOf(moment: Date): Date {
  const day = (moment.getUTCDay() + 6) % 7;
  return new Date(Date.UTC(moment.getUTCFullYear(), moment.getUTCMonth(), moment.getUTCDate() - day + 3));
}

function isoWeek(moment: Date): number {
  const thursday = thursdayOf(moment);
  const first = Date.UTC(thursday.getUTCFullYear(), 0, 1);
  return Math.floor((thursday.getTime() - first) / (7 * 86_400_000)) + 1;
}

function padded(value: number, count: number): string {
  return String(value).padStart(count, "0");
}
