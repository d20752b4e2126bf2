import { isDeepStrictEqual } from "node:util";
import type { Properties, ResourceType } from "./types.ts";
import { hasUnknown, isRecord, withoutNotes } from "./values.ts";

export type Kind = "add" | "delete" | "update";

export interface Change {
  readonly kind: Kind;
  readonly replace: boolean;
}

export interface Difference {
  /** By property path, e.g. `ports[0].external`. */
  readonly changes: Readonly<Record<string, Change>>;
  /** The top-level inputs whose change replaces the resource. */
  readonly replaces: readonly string[];
  readonly deleteBeforeReplace: boolean;
}

type Compared = Pick<
  ResourceType<never>,
  "replaceOn" | "schemaDefaults" | "sets" | "canonical" | "deleteBeforeReplace"
>;

/**
 * What changed from the inputs of the last run to the new ones. A value that is not known yet counts as changed. What
 * the real provider's schema calls equal is equal: a default and its absence, empty and absent, a set in another order.
 */
export function difference(
  type: Compared,
  olds: Properties,
  news: Properties,
  ignore: readonly string[] = [],
): Difference {
  const before = comparable(type, olds);
  const after = comparable(type, news);
  // A path below the top level needs nothing here: the engine has put the old value into the new inputs already.
  const ignored = new Set(ignore);
  const changed = [...new Set([...Object.keys(before), ...Object.keys(after)])]
    .filter((key) => !ignored.has(key) && !equal(before[key], after[key]))
    .sort();
  const replaces = changed.filter((key) => type.replaceOn.includes(key));
  const changes: Record<string, Change> = {};
  for (const key of changed) {
    const replace = replaces.includes(key);
    for (const [path, kind] of paths(key, before[key], after[key])) changes[path] = { kind, replace };
  }
  return { changes, replaces, deleteBeforeReplace: replaces.length > 0 && deletesFirst(type, before, after) };
}

function deletesFirst(type: Compared, before: Properties, after: Properties): boolean {
  if (type.deleteBeforeReplace !== undefined) return type.deleteBeforeReplace;
  return before.name !== undefined && equal(before.name, after.name);
}

function comparable(type: Compared, inputs: Properties): Properties {
  const own = withoutNotes(inputs);
  const spelled = type.canonical?.(own) ?? own;
  const entries = Object.entries(spelled)
    .filter(([key, value]) => !isLeftOut(value, type.schemaDefaults?.[key]))
    .map(([key, value]) => [key, type.sets?.includes(key) ? sorted(value) : value]);
  return Object.fromEntries(entries);
}

/** In the schemas of the real providers false and 0 mean "not set" too, unless the default is another. */
function isLeftOut(value: unknown, assumed: unknown): boolean {
  if (isEmpty(value) || isDeepStrictEqual(value, assumed)) return true;
  return assumed === undefined && (value === false || value === 0);
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.keys(value).length === 0;
}

function sorted(value: unknown): unknown {
  if (!Array.isArray(value)) return value;
  return [...value].sort((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

/** Keys in one order: two spellings of one object must sort alike. */
function sortKey(value: unknown): string {
  if (!isRecord(value)) return JSON.stringify(value);
  return JSON.stringify(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function equal(before: unknown, after: unknown): boolean {
  return !hasUnknown(after) && isDeepStrictEqual(before, after);
}

function paths(path: string, before: unknown, after: unknown): [string, Kind][] {
  if (isEmpty(before)) return [[path, "add"]];
  if (isEmpty(after)) return [[path, "delete"]];
  if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    return before.flatMap((item, i) => (equal(item, after[i]) ? [] : paths(`${path}[${i}]`, item, after[i])));
  }
  if (isRecord(before) && isRecord(after)) {
    const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
    return keys.flatMap((key) =>
      equal(before[key], after[key]) ? [] : paths(step(path, key), before[key], after[key]),
    );
  }
  return [[path, "update"]];
}

function step(path: string, key: string): string {
  return /^[A-Za-z_]\w*$/.test(key) ? `${path}.${key}` : `${path}[${JSON.stringify(key)}]`;
}
