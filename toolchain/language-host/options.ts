import { split } from "shlex";

/** The options that a project may set under `runtime.options` in Pulumi.yaml, with Pulumi's own names and defaults. */
export interface RuntimeOptions {
  /** Compile TypeScript with ts-node while the program loads. Pulumi's default is `true`. */
  readonly typescript: boolean;
  /** Path of a tsconfig for ts-node; empty for the one beside the program. */
  readonly tsconfig: string;
  /** Arguments for Node itself, already split into words. */
  readonly nodeArguments: readonly string[];
  /** What `pulumi install` runs. */
  readonly packageManager: PackageManager;
}

const packageManagers = ["npm", "yarn", "pnpm", "bun"] as const;
export type PackageManager = (typeof packageManagers)[number];

/**
 * Reads the options as they arrive from the engine. Unknown ones are left alone, as Pulumi's own host does.
 * @throws when an option has the wrong type, or `packagemanager` names none that exists.
 */
export function parseRuntimeOptions(options: Readonly<Record<string, unknown>>): RuntimeOptions {
  return {
    typescript: booleanOption(options, "typescript", true),
    tsconfig: stringOption(options, "tsconfig", ""),
    nodeArguments: split(stringOption(options, "nodeargs", "")),
    packageManager: packageManagerOption(stringOption(options, "packagemanager", "auto")),
  };
}

function packageManagerOption(value: string): PackageManager {
  if (value === "auto") return "npm";
  const known = packageManagers.find((name) => name === value);
  if (known === undefined) {
    throw new Error(
      `Pulumi.yaml: runtime option packagemanager is "${value}"; allowed are auto, ${packageManagers.join(", ")}`,
    );
  }
  return known;
}

function booleanOption(options: Readonly<Record<string, unknown>>, name: string, otherwise: boolean): boolean {
  const value = options[name] ?? otherwise;
  if (typeof value !== "boolean") throw wrongType(name, value, "true or false");
  return value;
}

function stringOption(options: Readonly<Record<string, unknown>>, name: string, otherwise: string): string {
  const value = options[name] ?? otherwise;
  if (typeof value !== "string") throw wrongType(name, value, "a string");
  return value;
}

function wrongType(name: string, value: unknown, allowed: string): Error {
  return new Error(`Pulumi.yaml: runtime option ${name} is ${JSON.stringify(value)}; it must be ${allowed}`);
}
