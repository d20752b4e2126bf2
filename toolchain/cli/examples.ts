import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { cloneFolder } from "../obtain/locations.ts";

const folder = join(cloneFolder, "examples");

/** The folder of an example's program. */
export const exampleFolder = (name: string): string => join(folder, name);

/** What makes the package that an example imports the sources of this clone: a condition of package.json's `exports`, beside what Node is told already. */
export function ofThisClone({ NODE_OPTIONS = "" }: NodeJS.ProcessEnv): { NODE_OPTIONS: string } {
  return { NODE_OPTIONS: `${NODE_OPTIONS} --conditions=pulumi-postgres-ha-sources`.trim() };
}

/** The programs of `examples/`, by the names of their folders. */
export function exampleNames(): string[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "Pulumi.yaml")))
    .sort();
}
