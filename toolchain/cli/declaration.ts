import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Session } from "./session.ts";
import { policyConfigFile, readIfThere, readSettings } from "./stack-files.ts";

/** What no resource is made from. */
const elsewhere = new Set(["node_modules", "dist", ".git", ".ci", "test", "bench", "docs", "examples"]);
/** Of other stacks, or of this one and read by name. */
const settings = /^(Pulumi\..+\.yaml|policy-config\..+\.json)$/;

/** A hash of everything that says what a stack declares: the program, its settings, the policies and what they are set to. */
export function declarationHash(
  { clone, root }: Pick<Session, "clone" | "root">,
  stack: string,
  env: NodeJS.ProcessEnv,
): string {
  const hash = createHash("sha256");
  const add = (name: string, content: string | Buffer) => hash.update(`\n${name}\n`).update(content);
  for (const folder of new Set([clone, root])) {
    for (const path of sources(folder)) add(relative(clone, path), readFileSync(path));
  }
  add(stack, withoutSalt(readSettings(root, stack)));
  add("policies", readIfThere(join(root, policyConfigFile(stack))));
  for (const name of Object.keys(env)
    .filter((name) => name.startsWith("POSTGRES_HA_"))
    .sort())
    add(name, env[name] ?? "");
  return hash.digest("hex");
}

function sources(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter(({ name }) => !elsewhere.has(name) && !settings.test(name))
    .flatMap((entry) => {
      if (!entry.isDirectory()) return [join(root, entry.name)];
      return readdirSync(join(root, entry.name), { recursive: true, withFileTypes: true })
        .filter((file) => file.isFile() && !file.name.endsWith(".test.ts"))
        .map((file) => join(file.parentPath, file.name));
    })
    .sort();
}

/** Pulumi writes the salt into the settings when it makes the stack. */
const withoutSalt = (text: string): string =>
  text
    .split("\n")
    .filter((line) => line.trim() !== "" && !/^(encryptionsalt|secretsprovider): /.test(line))
    .join("\n");
