import type { SettingValue } from "./catalogue.ts";

/** What both PostgreSQL and Patroni read as true or false; PostgreSQL alone would take shortened words too. */
const bools: Readonly<Record<string, boolean>> = {
  ...{ on: true, true: true, yes: true, 1: true },
  ...{ off: false, false: false, no: false, 0: false },
};

export function readBool(value: SettingValue): boolean | undefined {
  return bools[String(value).toLowerCase()];
}

/** A word of an enum in the server's own spelling. Enums that have `on` and `off` take the other words for them too. */
export function readWord(values: readonly string[], value: SettingValue): string | undefined {
  const word = String(value).toLowerCase();
  const found = values.find((candidate) => candidate.toLowerCase() === word);
  if (found !== undefined || !values.includes("on") || !values.includes("off")) return found;
  const bool = readBool(value);
  if (bool === undefined) return undefined;
  return bool ? "on" : "off";
}

/** A list of names as the server splits one: by commas, each perhaps in double quotes. `undefined` where it could not. */
export function readList(text: string): string[] | undefined {
  if (text.trim() === "") return [];
  const items = text.match(/^\s*("(?:[^"]|"")+"|[^\s",]+)\s*(?:,\s*("(?:[^"]|"")+"|[^\s",]+)\s*)*$/);
  if (items === null) return undefined;
  return [...text.matchAll(/"((?:[^"]|"")+)"|([^\s",]+)/g)].map(
    ([, quoted, bare]) => quoted?.replaceAll('""', '"') ?? bare?.toLowerCase() ?? "",
  );
}
