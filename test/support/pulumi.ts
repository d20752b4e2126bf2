import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Finished, root, run } from "./command.ts";

/** The environment that a shell has after `eval "$(npm run -s env -- --stack NAME)"`. */
export async function shellEnvironment(stack: string): Promise<NodeJS.ProcessEnv> {
  const script = `eval "$(npm run -s env -- --stack ${stack})" && env -0`;
  const { code, stdout, stderr } = await run("sh", ["-c", script]);
  if (code !== 0) throw new Error(`npm run env ended with ${code}: ${stderr}`);
  const entries = stdout.split("\0").filter((entry) => entry !== "");
  return Object.fromEntries(
    entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
  );
}

/** Runs the `pulumi` of that environment, as a person types it. */
export function pulumi(environment: NodeJS.ProcessEnv, ...args: string[]): Promise<Finished> {
  return run("pulumi", [...args, "--non-interactive", "--color", "never"], { env: environment });
}

/** Every file that the file backend of that environment keeps for a stack: its state, backups, history and locks. */
export async function stateFiles(environment: NodeJS.ProcessEnv, stack: string): Promise<string[]> {
  const folder = join(fileURLToPath(environment.PULUMI_BACKEND_URL ?? ""), ".pulumi");
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => new RegExp(`/${stack}[./]`).test(path.slice(folder.length)));
}

/** Pulumi's settings file of a stack of this clone. */
export const settingsFile = (stack: string): string => join(root, `Pulumi.${stack}.yaml`);
