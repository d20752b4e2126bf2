import { type Timings, timingsFor } from "../timings/index.ts";
import { isPlain } from "./layers.ts";

/** Where each timing is among the arguments. */
const places: Readonly<Record<keyof Timings, readonly string[][]>> = {
  ttl: [["cluster", "timings", "ttl"]],
  loopWait: [["cluster", "timings", "loopWait"]],
  retryTimeout: [["cluster", "timings", "retryTimeout"]],
  primaryStartTimeout: [["cluster", "timings", "primaryStartTimeout"]],
  checkInterval: [["balancer", "checks", "interval"]],
  checkFastInterval: [["balancer", "checks", "fastInterval"]],
  checkDownInterval: [["balancer", "checks", "downInterval"]],
  serverLoginRetry: [
    ["pools", "write", "serverLoginRetry"],
    ["pools", "read", "serverLoginRetry"],
  ],
  serverConnectTimeout: [
    ["pools", "write", "serverConnectTimeout"],
    ["pools", "read", "serverConnectTimeout"],
  ],
};

const names = Object.keys(places) as (keyof Timings)[];

/** The paths of every argument that a goal decides where nothing else does. */
export const timingPaths: readonly string[][] = names.flatMap((name) => places[name]);

/** The arguments that say a timing to be of this value, as a person writes them. */
export function timingPlaces(args: unknown, name: keyof Timings, value: number): string[] {
  return places[name].filter((path) => valueAt(args, path) === value).map((path) => path.join("."));
}

/** The timings among arguments of any shape; of two, the one that is felt longer. */
export function timingsIn(args: unknown): Partial<Timings> {
  const found = names.map((name) => {
    const values = places[name].map((path) => valueAt(args, path)).filter((value) => typeof value === "number");
    return [name, values.length === 0 ? undefined : Math.max(...values)] as const;
  });
  return Object.fromEntries(found.filter(([, value]) => value !== undefined));
}

/** What follows from a goal, as arguments; what is given of it already stays. */
export function fromGoal(goal: number, given: unknown): unknown {
  const around = timingsFor(goal, timingsIn(given));
  const alone = timingsFor(goal);
  const values = {};
  for (const name of names) {
    // What one pool says of itself is nothing for the other.
    const timings = places[name].length === 1 ? around : alone;
    for (const path of places[name]) put(values, path, timings[name]);
  }
  return values;
}

function valueAt(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((at, key) => (isPlain(at) ? at[key] : undefined), value);
}

function put(target: object, [key, ...rest]: readonly string[], value: number): void {
  if (key === undefined) return;
  if (rest.length === 0) Reflect.set(target, key, value);
  else {
    if (!Object.hasOwn(target, key)) Reflect.set(target, key, {});
    put(Reflect.get(target, key), rest, value);
  }
}
