/** Stands for a value that only an update will tell. */
export const unknown: unique symbol = Symbol("unknown");

/** A resource's property: JSON, with `unknown` in place of what is not known yet. */
export type Value =
  | string
  | number
  | boolean
  | null
  | undefined
  | typeof unknown
  | readonly Value[]
  | { readonly [key: string]: Value };

export type Properties = Readonly<Record<string, Value>>;

/** The entries of an object; none of anything else. */
export function record(value: Value): Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Properties) : {};
}

/** The elements of a list; none of anything else. */
export function list(value: Value): readonly Value[] {
  return Array.isArray(value) ? value : [];
}

/** A text, also from a number or a boolean; `undefined` of anything else. */
export function text(value: Value): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}

/** A number, also from a text that is one; `undefined` of anything else. */
export function number(value: Value): number | undefined {
  if (typeof value === "number") return value;
  return typeof value === "string" && value.trim() !== "" && Number.isFinite(Number(value)) ? Number(value) : undefined;
}

/** The value at the end of a path of keys. `unknown` where a value on the way is not known. */
export function at(value: Value, ...path: readonly string[]): Value {
  let found = value;
  for (const key of path) {
    if (found === unknown) return unknown;
    found = record(found)[key];
  }
  return found;
}

/** The texts of a list; what is not known or no text is left out. */
export const texts = (value: Value): string[] => list(value).flatMap((entry) => text(entry) ?? []);
