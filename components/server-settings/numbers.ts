import { type Setting, type SettingValue, settingOf } from "./catalogue.ts";

const kilo = 1024;
/** Bytes of each unit, smallest first: https://www.postgresql.org/docs/17/config-setting.html */
const sizes: Readonly<Record<string, number>> = { B: 1, kB: kilo, MB: kilo ** 2, GB: kilo ** 3, TB: kilo ** 4 };
/** Microseconds of each unit, smallest first. */
const times: Readonly<Record<string, number>> = { us: 1, ms: 1e3, s: 1e6, min: 60e6, h: 3600e6, d: 86400e6 };

/** What people write, in small letters, for a unit that PostgreSQL spells otherwise. */
const sizeSpellings: Readonly<Record<string, string>> = {
  ...{ b: "B", byte: "B", bytes: "B", k: "kB", kb: "kB", kib: "kB", m: "MB", mb: "MB", mib: "MB" },
  ...{ g: "GB", gb: "GB", gib: "GB", t: "TB", tb: "TB", tib: "TB" },
};
const timeSpellings: Readonly<Record<string, string>> = {
  ...{ us: "us", µs: "us", usec: "us", microsecond: "us", microseconds: "us" },
  ...{ ms: "ms", msec: "ms", millis: "ms", millisecond: "ms", milliseconds: "ms" },
  ...{ s: "s", sec: "s", secs: "s", second: "s", seconds: "s" },
  ...{ m: "min", min: "min", mins: "min", minute: "min", minutes: "min" },
  ...{ h: "h", hr: "h", hrs: "h", hour: "h", hours: "h", d: "d", day: "d", days: "d" },
};

interface Base {
  readonly kind: "size" | "time";
  /** Bytes or microseconds of the setting's unit. */
  readonly factor: number;
  readonly units: Readonly<Record<string, number>>;
  readonly spellings: Readonly<Record<string, string>>;
}

function baseOf(unit: string | undefined): Base | undefined {
  const [, count = "", name = ""] = /^(\d*)([a-zA-Z]+)$/.exec(unit ?? "") ?? [];
  const size = sizes[name];
  if (size !== undefined) {
    return { kind: "size", factor: Number(count || 1) * size, units: sizes, spellings: sizeSpellings };
  }
  const time = times[name];
  if (time === undefined) return undefined;
  return { kind: "time", factor: Number(count || 1) * time, units: times, spellings: timeSpellings };
}

/** Below it a double has lost digits: strtod says so, and the server refuses it. */
const smallest = 2 ** -1022;

export type NumberReading = { readonly value: number } | { readonly problem: string };

/** Reads a number as the server does, into the setting's unit; or says why it takes none. */
export function readNumber(setting: Setting, given: SettingValue): NumberReading {
  const base = baseOf(setting.unit);
  const bare = base === undefined ? "" : `; a number without a unit is in ${bareUnit(setting)}`;
  const expected = `${setting.type === "integer" ? "a whole number" : "a number"}${base ? `, or one with a unit, such as ${example(base)}` : ""}`;
  const wrong = { problem: `expected ${expected}, not ${JSON.stringify(given)}${bare}` };
  if (typeof given === "boolean") return wrong;

  const [, digits, rest = ""] =
    /^\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+(?![\d.]))?)\s*(.*?)\s*$/.exec(String(given)) ?? [];
  if (digits === undefined || !Number.isFinite(Number(digits))) return wrong;
  if (/^[+-]?0\d/.test(digits)) {
    return { problem: `${JSON.stringify(given)} starts with 0, which the server reads as octal; write it without` };
  }
  const number = Number(digits);
  if (number !== 0 && Math.abs(number) < smallest)
    return { problem: `${JSON.stringify(given)} is nearer to 0 than a server can read; write 0` };
  if (rest === "") {
    if (setting.type === "integer" && !Number.isInteger(number)) return wrong;
    return { value: number };
  }
  if (base === undefined) return { problem: `expected ${expected} without a unit, not ${JSON.stringify(given)}` };
  const unit = base.units[rest];
  if (unit === undefined) return { problem: wrongUnit(base, digits, rest, given) };
  const exact = inSmallerUnits(base, number, unit) / base.factor;
  const value = setting.type === "integer" ? roundHalfEven(exact) : exact;
  if (value === 0 && number !== 0) {
    return {
      problem: `${JSON.stringify(given)} is less than the smallest step, ${oneUnit(setting)}, and would mean 0`,
    };
  }
  return { value };
}

/** Bytes or microseconds. The server rounds fractions of a unit to the next smaller one: `2.78h` are 167 minutes. */
function inSmallerUnits(base: Base, number: number, unit: number): number {
  const sizes = Object.values(base.units);
  const smaller = sizes[sizes.indexOf(unit) - 1];
  return smaller === undefined ? number * unit : roundHalfEven((number * unit) / smaller) * smaller;
}

/** As C's rint does. */
function roundHalfEven(value: number): number {
  const rounded = Math.round(value);
  return Math.abs(value % 1) === 0.5 && rounded % 2 !== 0 ? rounded - 1 : rounded;
}

function wrongUnit(base: Base, digits: string, given: string, value: SettingValue): string {
  const units = Object.keys(base.units).join(", ");
  const meant = base.spellings[given.toLowerCase()];
  const way = meant === undefined ? "" : `; write "${digits}${meant}"`;
  const note = base.kind === "size" ? " (1024 of one are the next)" : "";
  return `${JSON.stringify(value)} has the unit "${given}"; PostgreSQL takes ${units}${note}${way}`;
}

function example(base: Base): string {
  return base.kind === "size" ? '"64MB"' : '"30s"';
}

function bareUnit(setting: Setting): string {
  return /^\d/.test(setting.unit ?? "") ? `blocks of ${setting.unit}` : (setting.unit ?? "");
}

function oneUnit(setting: Setting): string {
  return /^\d/.test(setting.unit ?? "") ? (setting.unit ?? "") : `1${setting.unit ?? ""}`;
}

/** A number in the setting's unit as a person writes it, e.g. `16384` blocks as `128MB`; to three digits where no unit fits. */
export function withUnit(setting: Setting, number: number): string {
  const base = baseOf(setting.unit);
  if (base === undefined || number <= 0) return String(number);
  const amount = number * base.factor;
  const units = Object.entries(base.units).reverse();
  const [exact, size = 1] = units.find(([, candidate]) => amount % candidate === 0) ?? [];
  if (exact !== undefined && amount / size < 100_000) return `${amount / size}${exact}`;
  const [near, nearSize = 1] = units.find(([, candidate]) => amount >= candidate) ?? [];
  return `about ${Number((amount / nearSize).toPrecision(3))}${near}`;
}

/**
 * A value of a setting in the setting's own unit, e.g. 16384 blocks for `shared_buffers` of `128MB`.
 * `undefined` where the setting is no number or the value is none that a server takes.
 */
export function numberOf(name: string, value: SettingValue): number | undefined {
  const setting = settingOf(name);
  if (setting === undefined || (setting.type !== "integer" && setting.type !== "real")) return undefined;
  const reading = readNumber(setting, value);
  return "value" in reading ? reading.value : undefined;
}

/**
 * A value of a setting in bytes. `undefined` where the setting is no size, the value is none that a server takes, or it is
 * negative: then it means something else, such as -1 of `wal_buffers`.
 */
export function bytesOf(name: string, value: SettingValue): number | undefined {
  const base = baseOf(settingOf(name)?.unit);
  const number = numberOf(name, value);
  if (base?.kind !== "size" || number === undefined || number < 0) return undefined;
  return number * base.factor;
}
