import { suggestion } from "./suggestion.ts";
import type { CheckFailure, Properties } from "./types.ts";
import { hasUnknown, isRecord } from "./values.ts";

/** What an input holds. */
export type Shape =
  | "text"
  | "number"
  | "flag"
  | { readonly listOf: Shape }
  | { readonly mapOf: Shape }
  | { readonly fields: Fields; readonly required?: readonly string[] };

export type Fields = Readonly<Record<string, Shape>>;

/**
 * Failures for every value that does not have its shape, at any depth. Top-level names that are not in `fields` are left
 * to the framework. A value is never shown: it may be secret.
 */
export function checkShapes(fields: Fields, inputs: Properties): CheckFailure[] {
  return Object.entries(inputs).flatMap(([key, value]) => {
    const shape = fields[key];
    return shape === undefined || value === undefined ? [] : check(key, value, shape);
  });
}

function check(path: string, value: unknown, shape: Shape): CheckFailure[] {
  if (shape === "text") return typeof value === "string" ? [] : wrong(path, value, "a text");
  if (shape === "flag") return typeof value === "boolean" ? [] : wrong(path, value, "true or false");
  if (shape === "number") return typeof value === "number" || hasUnknown(value) ? [] : wrong(path, value, "a number");
  if ("listOf" in shape) {
    if (!Array.isArray(value)) return wrong(path, value, "a list");
    return value.flatMap((item, i) => check(`${path}[${i}]`, item, shape.listOf));
  }
  if (!isRecord(value)) return wrong(path, value, "an object");
  if ("mapOf" in shape)
    return Object.entries(value).flatMap(([key, item]) => check(`${path}.${key}`, item, shape.mapOf));
  return checkFields(path, value, shape.fields, shape.required ?? []);
}

function checkFields(path: string, value: Properties, fields: Fields, required: readonly string[]): CheckFailure[] {
  const known = Object.keys(fields);
  const unknown = Object.keys(value)
    .filter((key) => !known.includes(key))
    .map((key) => ({
      property: topLevel(path),
      reason: `"${key}" is nothing that ${path} may hold; ${suggestion(key, known)}`,
    }));
  const missing = required
    .filter((key) => value[key] === undefined)
    .map((key) => ({ property: topLevel(path), reason: `${path}.${key} is missing` }));
  const inner = Object.entries(value).flatMap(([key, item]) => {
    const shape = fields[key];
    return shape === undefined || item === undefined ? [] : check(`${path}.${key}`, item, shape);
  });
  return [...unknown, ...missing, ...inner];
}

function wrong(path: string, value: unknown, allowed: string): CheckFailure[] {
  const kind = Array.isArray(value) ? "a list" : isRecord(value) ? "an object" : `a ${typeof value}`;
  return [{ property: topLevel(path), reason: `${path} is ${kind}; ${allowed} is allowed` }];
}

function topLevel(path: string): string {
  return path.split(/[.[]/)[0] ?? path;
}
