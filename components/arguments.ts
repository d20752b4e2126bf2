import type { z } from "zod";
import { knownParts, whereKnown } from "./known-parts.ts";
import { nearest } from "./nearest.ts";
import { keysAt } from "./schema-keys.ts";
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

/** What no single field shows. A rule is not asked where it reads a value that is wrong itself. */
export type Rule<Settings> = (settings: Settings) => readonly Problem[];

/** The problems of a part, for the whole that holds it at `path`. */
export function within(path: string, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => ({ ...problem, path: problem.path === "" ? path : `${path}.${problem.path}` }));
}

/**
 * Checks arguments against their schema and their rules, and fills in the defaults.
 * @param unknown Paths whose values cannot be known, because what they follow from is wrong.
 * @throws {InvalidArguments} naming every problem at once.
 */
export function parseArguments<Schema extends z.ZodType>(
  subject: string,
  schema: Schema,
  value: unknown,
  rules: readonly Rule<z.output<Schema>>[] = [],
  unknown: readonly (readonly string[])[] = [],
): z.output<Schema> {
  const result = schema.safeParse(value);
  const known = result.success && unknown.length === 0 ? result.data : knownParts(schema, value, unknown);
  const wrong = result.success ? [] : result.error.issues.flatMap((issue) => problemsOf(issue, schema, value));
  const broken = known === undefined ? [] : rules.flatMap((rule) => whereKnown(() => rule(known)));
  if (result.success && broken.length === 0) return result.data;
  throw new InvalidArguments(subject, [...wrong, ...broken]);
}

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType, value: unknown): Problem[] {
  if (issue.code === "unrecognized_keys") {
    const known = keysAt(schema, issue.path);
    return issue.keys.map((key) => ({ path: pathOf([...issue.path, key]), message: unknownKey(key, known) }));
  }
  return [{ path: pathOf(issue.path), message: withValue(issue, valueAt(value, issue.path)) }];
}

function withValue(issue: z.core.$ZodIssue, given: unknown): string {
  if (issue.code === "custom") return issue.message;
  const message = issue.message
    .replace(/^Invalid (input|option): /, "")
    .replace(/^Invalid discriminator value\. Expected/, "expected")
    .replace(/, received \w+$/, "");
  if (given === undefined) return `missing; ${message}`;
  const secret = /secret|password/i.test(String(issue.path.at(-1)));
  const shown = secret ? "what is given, a secret" : shownValue(given);
  const close = typeof given === "string" ? nearest(given, choices(issue)) : undefined;
  const hint = close === undefined ? "" : `; did you mean "${close}"?`;
  return `${message}${typeof given === "string" && message.includes(shown) ? "" : `, not ${shown}`}${hint}`;
}

/** A value in an error; of lists and objects not what is in them, which may be secret. */
function shownValue(value: unknown): string {
  if (Array.isArray(value)) return "a list";
  return value !== null && typeof value === "object" ? "an object" : JSON.stringify(value);
}

function choices(issue: z.core.$ZodIssue): string[] {
  if (issue.code === "invalid_value") return issue.values.filter((value) => typeof value === "string");
  // Of a choice by `kind`; zod's types do not know them.
  const options: unknown = Reflect.get(issue, "options");
  return Array.isArray(options) ? options.filter((option) => typeof option === "string") : [];
}

function unknownKey(key: string, known: readonly string[]): string {
  const close = nearest(key, known);
  const hint = close === undefined ? "." : `; did you mean "${close}"?`;
  return `unknown key "${key}"${hint} Known here: ${known.join(", ")}`;
}

/** A path as a person writes it: `databases[0].name`. */
export function pathOf(path: readonly PropertyKey[]): string {
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
