/** What people write for a unit of 1024, by its first letter. */
const spellings: Readonly<Record<string, string>> = { m: "MiB", g: "GiB", t: "TiB" };
const mebibytes = { MiB: 1, GiB: 1024, TiB: 1024 * 1024 } as const;

/** A size of memory or of a volume, as people write it. */
export const sizePattern = /^\d+(MiB|GiB|TiB)$/;

/** MiB of a size that matches `sizePattern`; a number is in MiB already. */
export function mebibytesOf(size: string | number): number {
  if (typeof size === "number") return size;
  return Number.parseInt(size, 10) * mebibytes[size.slice(-3) as keyof typeof mebibytes];
}

/** A number of MiB as a person writes it: 768 is `768MiB`, 16384 is `16GiB`. */
export function sizeText(size: number): string {
  const unit = (["TiB", "GiB"] as const).find((name) => size % mebibytes[name] === 0);
  return unit === undefined ? `${size}MiB` : `${size / mebibytes[unit]}${unit}`;
}

/** What to say of a text that is no size. */
export function sizeMistake(text: string): string {
  const [, amount, letter] = /^\s*(\d+)\s*([mgt])?i?b?\s*$/i.exec(text) ?? [];
  const units = "a size with its unit, MiB, GiB or TiB";
  if (amount === undefined) return `${units}, e.g. "16GiB"`;
  const unit = spellings[letter?.toLowerCase() ?? ""];
  const why = letter === undefined ? "" : ", whose unit means powers of 1000 to some programs and of 1024 to others";
  return `${units}; write "${amount}${unit ?? "MiB"}" instead of ${JSON.stringify(text)}${why}`;
}

const secondsOf: Readonly<Record<string, number>> = {
  us: 1e-6,
  ms: 1e-3,
  s: 1,
  sec: 1,
  m: 60,
  min: 60,
  h: 3600,
  d: 86400,
};

/** What to say of a value that is no duration in seconds, or is more than makes sense. */
export function durationMistake(value: unknown, maximum: number, whole: boolean): string {
  const wanted = `${whole ? "whole seconds" : "seconds"}, as a number`;
  const rounded = (seconds: number) => (whole ? Math.ceil(seconds) : seconds);
  if (typeof value === "string") {
    const [, amount, unit] = /^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/i.exec(value) ?? [];
    const factor = unit === "" ? 1 : secondsOf[unit?.toLowerCase() ?? ""];
    return amount === undefined || factor === undefined
      ? wanted
      : `${wanted}; write ${rounded(Number(amount) * factor)}`;
  }
  if (typeof value === "number" && value > maximum) {
    const fromMilliseconds = rounded(value / 1000);
    const meant = fromMilliseconds <= maximum ? `; if these are milliseconds, write ${fromMilliseconds}` : "";
    return `${wanted}, at most ${maximum}${meant}`;
  }
  return wanted;
}
