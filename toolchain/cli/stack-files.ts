import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The file with a stack's settings; of a name with an organization, Pulumi takes the last part. */
export function settingsFile(root: string, stack: string): string {
  return join(root, `Pulumi.${stack.split("/").at(-1)}.yaml`);
}

/** The file with what the policies mean for a stack, beside its settings and named in the same way. */
export const policyConfigFile = (stack: string): string => `policy-config.${stack.split("/").at(-1)}.json`;

/**
 * Whether the settings hold nothing that a person wrote: only what Pulumi makes itself, which is of no use without the
 * stack. True where there are none.
 */
export function holdsOnlySalt(settings: string): boolean {
  return settings.split("\n").every((line) => /^(\s*|encryptionsalt: .*|secretsprovider: passphrase)$/.test(line));
}

export const readSettings = (root: string, stack: string): string => readIfThere(settingsFile(root, stack));

/** The text of a file, empty where there is none. */
export function readIfThere(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
}
