import { isDeepStrictEqual } from "node:util";
import type { Configuration, ConfigValue } from "./inputs.ts";

/**
 * The merge patch that brings `actual` to what is declared: declared values that differ, and null for what was declared before
 * and is no more. What nobody declared (`pause`, a standby cluster) is left alone. Empty where nothing is to be done.
 * https://patroni.readthedocs.io/en/latest/rest_api.html#config-endpoint
 */
export function mergePatch(declared: Configuration, previous: Configuration, actual: Configuration): Configuration {
  const patch: Record<string, ConfigValue> = {};
  for (const [key, value] of Object.entries(declared)) {
    const now = actual[key];
    if (isBranch(value)) {
      const before = previous[key];
      const inner = mergePatch(value, isBranch(before) ? before : {}, isBranch(now) ? now : {});
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (!isDeepStrictEqual(value, now)) patch[key] = value;
  }
  for (const key of Object.keys(previous)) {
    if (!(key in declared) && key in actual) patch[key] = null;
  }
  return patch;
}

/** The patch that takes another one back, from what was there before it. */
export function reversePatch(patch: Configuration, before: Configuration): Configuration {
  const entries = Object.entries(patch).map(([key, value]): [string, ConfigValue] => {
    const was = before[key];
    if (isBranch(value) && isBranch(was)) return [key, reversePatch(value, was)];
    return [key, was ?? null];
  });
  return Object.fromEntries(entries);
}

/** What the cluster has where something is declared: what a refresh shows. */
export function declaredPart(declared: Configuration, actual: Configuration): Configuration {
  const found = Object.entries(declared).flatMap(([key, value]): [string, ConfigValue][] => {
    const now = actual[key];
    if (now === undefined) return [];
    return [[key, isBranch(value) && isBranch(now) ? declaredPart(value, now) : now]];
  });
  return Object.fromEntries(found);
}

export function isBranch(value: ConfigValue | undefined): value is Configuration {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
