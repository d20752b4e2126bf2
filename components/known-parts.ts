import type { z } from "zod";
import { nearest } from "./nearest.ts";
import { keysAt } from "./schema-keys.ts";

type Path = readonly PropertyKey[];

/** Thrown when a rule reads a value that nobody knows, because what was given for it is wrong. */
class NotKnown extends Error {}

/** What a rule finds, or nothing where it needs a value that is not known. */
export function whereKnown<Found>(find: () => readonly Found[]): readonly Found[] {
  try {
    return find();
  } catch (error) {
    if (error instanceof NotKnown) return [];
    throw error;
  }
}

/** The entries of a record that are known. */
export function knownEntries<Value>(record: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(
    Object.keys(record).flatMap((key) => whereKnown((): [string, Value][] => [[key, record[key] as Value]])),
  );
}

/**
 * Settings as far as they are known: where a value is wrong, and at the paths of `unknown`, reading throws. So that the rules which do not
 * need that value can be asked all the same. `undefined` where nothing can be known.
 */
export function knownParts<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  unknown: readonly Path[] = [],
): z.output<Schema> | undefined {
  const left: Path[] = [];
  const hidden: Path[] = [...unknown];
  let rest = value;
  for (;;) {
    const result = schema.safeParse(rest);
    if (result.success) return hide(structuredClone(result.data), hidden);
    const before = [...left];
    for (const issue of result.error.issues) {
      if (issue.code === "unrecognized_keys") {
        for (const key of issue.keys) {
          rest = without(rest, [...issue.path, key]);
          const meant = nearest(key, keysAt(schema, issue.path));
          if (meant !== undefined) hidden.push([...issue.path, meant]);
        }
        continue;
      }
      const path = notYet(outsideOfLists(issue.path), before);
      if (path === undefined) return undefined;
      left.push(path);
      hidden.push(path);
      rest = without(rest, path);
    }
  }
}

/** An element cannot be left out without renaming those after it. */
function outsideOfLists(path: Path): Path {
  const index = path.findIndex((part) => typeof part === "number");
  return index === -1 ? path : path.slice(0, index);
}

/** The path, or what it is part of where leaving it out was not enough. */
function notYet(path: Path, left: readonly Path[]): Path | undefined {
  if (path.length === 0) return undefined;
  const before = left.some((other) => same(other, path));
  return before ? notYet(path.slice(0, -1), left) : path;
}

function same(one: Path, other: Path): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}

function without(value: unknown, [key, ...path]: Path): unknown {
  if (key === undefined || value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return value;
  const copy = { ...value };
  if (path.length === 0) Reflect.deleteProperty(copy, key);
  else Reflect.set(copy, key, without(Reflect.get(copy, key), path));
  return copy;
}

function hide<Value>(value: Value, paths: readonly Path[]): Value {
  const deepestFirst = [...paths].sort((a, b) => b.length - a.length);
  for (const path of deepestFirst) {
    const [last] = path.slice(-1);
    const parent = path.slice(0, -1).reduce<unknown>((at, key) => (isObject(at) ? Reflect.get(at, key) : at), value);
    if (last === undefined || !isObject(parent)) continue;
    Object.defineProperty(parent, last, {
      configurable: true,
      enumerable: true,
      get: () => {
        throw new NotKnown(path.join("."));
      },
    });
  }
  return value;
}

function isObject(value: unknown): value is object {
  return value !== null && typeof value === "object";
}
