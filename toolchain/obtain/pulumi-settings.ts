import { randomBytes, randomUUID } from "node:crypto";
import { link, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";

/** What the user has set for Pulumi. */
export interface PulumiSettings {
  readonly env: NodeJS.ProcessEnv;
  /** `current` of ~/.pulumi/credentials.json: where the user is logged in. */
  readonly login: string | undefined;
}

export interface StatePlan {
  /** Keep the state in our folder, because the user has no backend. */
  readonly ourBackend: boolean;
  /** Use our passphrase, because the user has none for that folder. */
  readonly ourPassphrase: boolean;
}

/** An empty passphrase is one too: Pulumi takes it, so it is the user's choice. */
export function planState({ env, login }: PulumiSettings): StatePlan {
  const ourBackend = !env.PULUMI_BACKEND_URL && !env.PULUMI_ACCESS_TOKEN && !login;
  const hasPassphrase = env.PULUMI_CONFIG_PASSPHRASE !== undefined || Boolean(env.PULUMI_CONFIG_PASSPHRASE_FILE);
  return { ourBackend, ourPassphrase: ourBackend && !hasPassphrase };
}

/** The variables that keep the state in `folder`, encrypted; none where the user keeps it elsewhere. */
export async function stateVariables(folder: string, env = process.env): Promise<Record<string, string>> {
  const plan = planState({ env, login: await currentLogin(env) });
  if (!plan.ourBackend) return {};
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const variables = { PULUMI_BACKEND_URL: `file://${folder}` };
  if (!plan.ourPassphrase) return variables;
  return { ...variables, PULUMI_CONFIG_PASSPHRASE_FILE: await passphraseFile(folder) };
}

/**
 * The file with the passphrase of this machine, made at the first time. It appears complete or not at all, and two
 * runs at once agree on one.
 * @throws when stacks are there and their passphrase is not: another would not open them.
 */
export async function passphraseFile(folder: string): Promise<string> {
  const path = join(folder, "passphrase");
  if (await isFile(path)) return path;
  const stacks = await readdir(join(folder, ".pulumi", "stacks")).catch(() => []);
  if (stacks.length > 0) {
    throw new Error(
      `The passphrase file ${path} is missing, and the stacks in ${folder} are encrypted with it. ` +
        "Restore it from a backup, or set PULUMI_CONFIG_PASSPHRASE to the passphrase of these stacks.",
    );
  }
  const unfinished = `${path}.${randomUUID()}`;
  await writeFile(unfinished, randomBytes(32).toString("base64url"), { mode: 0o600, flag: "wx" });
  await link(unfinished, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await rm(unfinished);
  return path;
}

async function currentLogin(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const path = join(env.PULUMI_HOME || join(homedir(), ".pulumi"), "credentials.json");
  const text = await readFile(path, "utf8").catch(() => "{}");
  return (JSON.parse(text) as { current?: string }).current || undefined;
}

async function isFile(path: string): Promise<boolean> {
  return readFile(path).then(
    () => true,
    (error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return false;
      throw error;
    },
  );
}
