import { randomInt } from "node:crypto";
import type { CheckFailure, Properties } from "../framework/types.ts";

/** What a password is made of. Each class has its least number of characters. */
export interface Recipe {
  readonly length: number;
  readonly classes: readonly { readonly characters: string; readonly least: number }[];
}

const defaultSpecial = "!@#$%&*()-_=+[]{}<>:?";

const classes = [
  { flag: "lower", least: "minLower", characters: "abcdefghijklmnopqrstuvwxyz" },
  { flag: "numeric", least: "minNumeric", characters: "0123456789" },
  { flag: "special", least: "minSpecial", characters: defaultSpecial },
  { flag: "upper", least: "minUpper", characters: "ABCDEFGHIJKLMNOPQRSTUVWXYZ" },
] as const;

/** The recipe that the inputs of a RandomPassword ask for. `number` is the older name of `numeric`. */
export function recipeOf(inputs: Properties): Recipe {
  const flags: Properties = { ...inputs, numeric: inputs.numeric ?? inputs.number };
  const override = typeof inputs.overrideSpecial === "string" ? inputs.overrideSpecial : "";
  return {
    length: count(inputs.length),
    classes: classes
      .filter((known) => flags[known.flag] !== false)
      .map((known) => ({
        characters: known.flag === "special" && override !== "" ? override : known.characters,
        least: count(inputs[known.least]),
      })),
  };
}

/** What is wrong with the inputs of a RandomPassword, beyond names that are unknown. */
export function checkRecipe(inputs: Properties): readonly CheckFailure[] {
  return [...checkKinds(inputs), ...checkLength(inputs)];
}

/** A password from a cryptographic source: first what each class must have, then any characters, all in a random order. */
export function passwordOf(recipe: Recipe): string {
  const all = recipe.classes.map((known) => known.characters).join("");
  const least = recipe.classes.flatMap((known) => draw(known.characters, known.least));
  return shuffled([...least, ...draw(all, recipe.length - least.length)]).join("");
}

function checkKinds(inputs: Properties): CheckFailure[] {
  const numbers = ["length", ...classes.map((known) => known.least)];
  const flags = ["number", ...classes.map((known) => known.flag)];
  return [
    ...numbers
      .filter((key) => inputs[key] !== undefined && !(Number.isInteger(inputs[key]) && count(inputs[key]) >= 0))
      .map((property) => ({ property, reason: `${property} has to be a whole number, 0 or more` })),
    ...flags
      .filter((key) => inputs[key] !== undefined && typeof inputs[key] !== "boolean")
      .map((property) => ({ property, reason: `${property} has to be true or false` })),
    ...(inputs.overrideSpecial === undefined || typeof inputs.overrideSpecial === "string"
      ? []
      : [{ property: "overrideSpecial", reason: "overrideSpecial has to be a text: the special characters to use" }]),
  ];
}

function checkLength(inputs: Properties): CheckFailure[] {
  if (typeof inputs.length !== "number") return [];
  const recipe = recipeOf(inputs);
  const least = recipe.classes.reduce((sum, known) => sum + known.least, 0);
  if (recipe.length < 1) return [{ property: "length", reason: `length is ${recipe.length}; 1 or more is allowed` }];
  if (recipe.classes.length === 0) {
    return [
      { property: "length", reason: "lower, upper, numeric and special are all false; at least one must be true" },
    ];
  }
  if (least <= recipe.length) return [];
  return [
    {
      property: "length",
      reason: `length is ${recipe.length}, and the least numbers of each class add up to ${least}`,
    },
  ];
}

function count(value: unknown): number {
  return typeof value === "number" ? value : 0;
}

function draw(characters: string, times: number): string[] {
  return Array.from({ length: times }, () => characters.charAt(randomInt(characters.length)));
}

/** Fisher and Yates. */
function shuffled(items: string[]): string[] {
  for (let i = items.length - 1; i > 0; i--) {
    const j = randomInt(i + 1);
    [items[i], items[j]] = [items[j] as string, items[i] as string];
  }
  return items;
}
