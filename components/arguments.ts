import { z } from "zod";
import { nearest } from "./nearest.ts";
import { UserError } from "./user-error.ts";

/** One thing that is wrong with an argument. */
export interface Problem {
  /** E.g. `cluster.members`; empty for the arguments as a whole. */
  readonly path: string;
  readonly message: string;
}

/** Everything that is wrong with a component's arguments, in one error that Pulumi shows without a stack trace. */
export class InvalidArguments extends UserError {
  readonly problems: readonly Problem[];

  constructor(subject: string, problems: readonly Problem[]) {
    const lines = problems.map(({ path, message }) => `  - ${path === "" ? "" : `${path}: `}${message}`);
    super(`${subject}: ${problems.length === 1 ? "1 problem" : `${problems.length} problems`}\n${lines.join("\n")}`);
    this.problems = problems;
  }
}

/**
 * Checks arguments against their schema and fills in the defaults.
 * @throws {InvalidArguments} naming every problem at once.
 */
export function parseArguments<Schema extends z.ZodType>(
  subject: string,
  schema: Schema,
  value: unknown,
): z.output<Schema> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw new InvalidArguments(
    subject,
    result.error.issues.flatMap((issue) => problemsOf(issue, schema, value)),
  );
}

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): Problem[] {
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: unknownKey(key, known) }));
  }
  const given = valueAt(value, issue.path);
  const shown = given === undefined ? "" : `, not ${JSON.stringify(given)}`;
  const message = issue.code === "custom" ? issue.message : `${issue.message.replace(/^Invalid input: /, "")}${shown}`;
  return [{ path: pathOf(issue.path), message }];
}

function unknownKey(key: string, known: readonly string[]): string {
  const close = nearest(key, known);
  const hint = close === undefined ? "" : `; did you mean "${close}"?`;
  return `unknown key "${key}"${hint} Known here: ${known.join(", ")}`.replace(/([^?]) Known/, "$1. Known");
}

function pathOf(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === "number" ? `[${part}]` : `${index === 0 ? "" : "."}${String(part)}`))
    .join("");
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (at, key) => (at !== null && typeof at === "object" ? Reflect.get(at, key) : undefined),
    value,
  );
}

function keysAt(schema: z.ZodType, path: readonly PropertyKey[]): readonly string[] {
  const at = path.reduce<z.ZodType | undefined>((found, key) => found && childOf(unwrap(found), key), schema);
  const found = at && unwrap(at);
  if (found instanceof z.ZodObject) return Object.keys(found.shape);
  if (found instanceof z.ZodUnion || found instanceof z.ZodDiscriminatedUnion) {
    return [...new Set(found.options.flatMap((option) => keysAt(option as z.ZodType, [])))];
  }
  return [];
}

function childOf(schema: z.ZodType, key: PropertyKey): z.ZodType | undefined {
  if (schema instanceof z.ZodObject) return schema.shape[String(key)] as z.ZodType | undefined;
  if (schema instanceof z.ZodArray) return schema.element as z.ZodType;
  if (schema instanceof z.ZodRecord) return schema.valueType as z.ZodType;
  if (schema instanceof z.ZodUnion || schema instanceof z.ZodDiscriminatedUnion) {
    return schema.options
      .map((option) => childOf(unwrap(option as z.ZodType), key))
      .find((child) => child !== undefined);
  }
  return undefined;
}

function unwrap(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodOptional) {
    return unwrap(schema.unwrap() as z.ZodType);
  }
  return schema;
}
