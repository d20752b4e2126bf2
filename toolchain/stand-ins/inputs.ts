import type { CheckFailure, Properties } from "./framework/types.ts";

/** What an input may hold, in the words of the error that says so. */
export type Kind = "a text" | "a whole number" | "true or false" | "a list of texts";

/** Provider settings arrive as JSON text where they are no texts themselves; `undefined`, "" and "null" all mean "not set". */
export function setting(value: unknown): unknown {
  if (value === undefined || value === null || value === "" || value === "null") return undefined;
  return value;
}

export function flagSetting(name: string, value: unknown): boolean | undefined {
  const given = setting(value);
  if (given === undefined || typeof given === "boolean") return given;
  if (given === "true" || given === "1") return true;
  if (given === "false" || given === "0") return false;
  throw new Error(`the provider's ${name} is ${JSON.stringify(given)}; true or false is allowed`);
}

export function numberSetting(name: string, value: unknown): number | undefined {
  const given = setting(value);
  if (given === undefined) return undefined;
  const number = Number(given);
  if (!Number.isInteger(number)) {
    throw new Error(`the provider's ${name} is ${JSON.stringify(given)}; a whole number is allowed`);
  }
  return number;
}

export function textSetting(value: unknown): string | undefined {
  const given = setting(value);
  return given === undefined ? undefined : String(given);
}

/** The text, or `undefined` where it was left out or is empty: the real providers treat both alike. */
export function text(properties: Properties, name: string): string | undefined {
  const value = properties[name];
  return typeof value === "string" && value !== "" ? value : undefined;
}

export function number(properties: Properties, name: string): number | undefined {
  const value = properties[name];
  return typeof value === "number" ? value : undefined;
}

export function flag(properties: Properties, name: string): boolean {
  return properties[name] === true;
}

export function texts(properties: Properties, name: string): readonly string[] {
  const value = properties[name];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === "string") : [];
}

/** A text that must be there: `check` has seen to it, so that its absence is a fault of the engine or of a state edited by hand. */
export function mustText(properties: Properties, name: string): string {
  const value = text(properties, name);
  if (value === undefined) throw new Error(`the property ${name} is missing; it has to be a text that is not empty`);
  return value;
}

/** Failures for every input that does not hold what its kind asks for. */
export function checkKinds(inputs: Properties, kinds: Readonly<Record<string, Kind>>): CheckFailure[] {
  return Object.entries(kinds).flatMap(([property, kind]) => {
    const value = inputs[property];
    if (value === undefined || value === null || holds(value, kind)) return [];
    return [{ property, reason: `${property} is ${JSON.stringify(value)}; ${kind} is allowed` }];
  });
}

function holds(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case "a text":
      return typeof value === "string";
    case "a whole number":
      return Number.isInteger(value);
    case "true or false":
      return typeof value === "boolean";
    case "a list of texts":
      return Array.isArray(value) && value.every((item) => typeof item === "string");
  }
}

/** The properties without those that are `undefined`: an absent property and an undefined one must not differ in the state. */
export function present(properties: Properties): Properties {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value !== undefined));
}

/** The old values of inputs that the server decides where the program leaves them out: left out means "as it is". */
export function kept(names: readonly string[], olds: Properties): Properties {
  return Object.fromEntries(names.filter((name) => olds[name] !== undefined).map((name) => [name, olds[name]]));
}

/**
 * The inputs after a refresh: those of the last run with their live values, and any other whose live value is not its default.
 * Of `decidedByServer` only what was declared counts. An import has no last run and takes everything.
 */
export function inputsFromLive(
  last: Properties,
  live: Properties,
  defaults: Properties,
  decidedByServer: readonly string[] = [],
): Properties {
  const imported = Object.keys(last).length === 0;
  const taken = Object.entries(live).filter(([name, value]) => {
    if (name in last) return true;
    return value !== defaults[name] && (imported || !decidedByServer.includes(name));
  });
  return present({ ...last, ...Object.fromEntries(taken) });
}
