import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { cloneFolder } from "../obtain/locations.ts";

const folder = join(cloneFolder, "examples");

/** The folder of an example's program. */
export const exampleFolder = (name: string): string => join(folder, name);

/** The programs of `examples/`, by the names of their folders. */
export function exampleNames(): string[] {
  return readdirSync(folder)
    .filter((name) => existsSync(join(folder, name, "Pulumi.yaml")))
    .sort();
}
