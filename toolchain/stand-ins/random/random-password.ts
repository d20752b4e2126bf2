import { setTimeout } from "node:timers/promises";
import type { Properties, ResourceType } from "../framework/types.ts";
import { checkRecipe, passwordOf, recipeOf } from "./password.ts";

/** The cost that the real provider uses. */
const bcryptRounds = 10;

const answerMilliseconds = 1;

const inputs = [
  "keepers",
  "length",
  "lower",
  "minLower",
  "minNumeric",
  "minSpecial",
  "minUpper",
  "number",
  "numeric",
  "overrideSpecial",
  "special",
  "upper",
] as const;

/** A password that stays the same until an input changes. It exists in the state alone. */
export const randomPassword: ResourceType<undefined> = {
  inputs,
  required: ["length"],
  replaceOn: inputs,
  schemaDefaults: {
    lower: true,
    minLower: 0,
    minNumeric: 0,
    minSpecial: 0,
    minUpper: 0,
    number: true,
    numeric: true,
    special: true,
    upper: true,
  },
  computed: ["result", "bcryptHash"],
  secretOutputs: ["result", "bcryptHash"],
  schemaVersion: 3,
  canonical: oneName,
  check: (given) => [...checkRecipe(given), ...checkNames(given)],

  async create(_client, given) {
    return { id: "none", outputs: await outputsOf(given, passwordOf(recipeOf(given))) };
  },

  /** An import gives the password itself as the id, as with the real provider. */
  async read(_client, id, state, _context, given) {
    if (typeof state.result === "string") return { id, outputs: state, inputs: given };
    const imported: Properties = { length: id.length };
    return { id: "none", inputs: imported, outputs: await outputsOf(imported, id) };
  },

  async delete() {
    // Nothing exists outside the state.
  },
};

async function outputsOf(given: Properties, result: string): Promise<Properties> {
  const numeric = given.numeric ?? given.number ?? true;
  return { ...given, numeric, number: numeric, result, bcryptHash: await bcryptHash(result) };
}

/** When the hash before this one is done and on its way. */
let turn: Promise<unknown> = Promise.resolve();

/**
 * One hash after the other, each with time for its answer to go out. Left to itself bcryptjs keeps the thread until the last
 * of many is done, and with it the password that the rest of the program waits for.
 */
function bcryptHash(password: string): Promise<string> {
  const hashed = turn.then(async () => {
    const { hash } = await import("bcryptjs");
    return hash(password, bcryptRounds);
  });
  turn = hashed.then(
    () => setTimeout(answerMilliseconds),
    () => undefined,
  );
  return hashed;
}

/** `number` is the older name of `numeric`, and means the same. */
function oneName(given: Properties): Properties {
  const { number, ...rest } = given;
  return { ...rest, numeric: rest.numeric ?? number };
}

function checkNames(given: Properties) {
  if (given.number === undefined || given.numeric === undefined || given.number === given.numeric) return [];
  return [{ property: "number", reason: "number and numeric are two names of one input and differ; leave number out" }];
}
