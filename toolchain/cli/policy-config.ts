import { nearest } from "../../components/nearest.ts";
import { rules } from "../../policies/rules/index.ts";

const levels = ["mandatory", "advisory", "disabled"];
const keys = ["enforcementLevel", "except"];
/** Pulumi's word for every rule at once. */
const names = ["all", ...rules.map(({ name }) => name)];

/** Everything that is wrong with the text of a policy configuration; Pulumi itself passes over rules that it does not know. */
export function policyConfigProblems(text: string): string[] {
  let config: unknown;
  try {
    config = JSON.parse(text);
  } catch (error) {
    return [`it is no JSON: ${(error as Error).message}`];
  }
  if (!isObject(config)) return [`it is ${JSON.stringify(config)}; it must be an object of rules`];
  return Object.entries(config).flatMap(([name, value]) =>
    names.includes(name) ? ruleProblems(name, value) : [unknownWord(`rule "${name}"`, name, names)],
  );
}

function ruleProblems(name: string, value: unknown): string[] {
  if (!isObject(value)) return levelProblems(name, value);
  const { enforcementLevel, except } = value;
  return [
    ...Object.keys(value)
      .filter((key) => !keys.includes(key))
      .map((key) => unknownWord(`key "${key}" of ${name}`, key, keys)),
    ...(enforcementLevel === undefined ? [] : levelProblems(name, enforcementLevel)),
    ...(except === undefined || (Array.isArray(except) && except.every((entry) => typeof entry === "string"))
      ? []
      : [`${name}.except is ${JSON.stringify(except)}; it must be a list of names of resources`]),
  ];
}

function levelProblems(name: string, level: unknown): string[] {
  return levels.includes(level as string)
    ? []
    : [`${name} is ${JSON.stringify(level)}; allowed are ${levels.join(", ")}`];
}

function unknownWord(what: string, word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return `unknown ${what}${near === undefined ? ";" : `; did you mean "${near}"?`} Known here: ${known.join(", ")}`;
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
