import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root, run } from "../test/support/command.ts";

interface StepEvent {
  readonly type: string;
  readonly step?: string;
  readonly state?: string;
  readonly durationMs?: number;
  readonly ok?: boolean;
  readonly error?: string;
}

/**
 * From a new clone with empty caches to the end of the first `npm run up`, part by part. Parts that the engine holds already (images) are not obtained
 * again and do not show; on a machine where nothing was ever run, all of them do.
 */
export async function benchFresh(): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), "fresh-"));
  const clone = join(folder, "clone");
  const stack = "fresh";
  const env = {
    ...process.env,
    // Of this clone, not of the one that measures.
    PATH: process.env.PATH?.split(":")
      .filter((part) => !part.includes("pulumi-postgres-ha"))
      .join(":"),
    POSTGRES_HA_CACHE: join(folder, "cache"),
    POSTGRES_HA_STATE: join(folder, "state"),
    PULUMI_BACKEND_URL: undefined,
    PULUMI_CONFIG_PASSPHRASE_FILE: undefined,
  };
  const command = (...args: string[]) => run("npm", ["run", "--silent", ...args], { cwd: clone, env });
  try {
    const started = performance.now();
    await run("git", ["clone", "--quiet", root, clone]);
    const up = await command("up", "--", "--stack", stack, "--json");
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    const events = up.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as StepEvent);
    const result = events.at(-1);
    if (!result?.ok) throw new Error(`up failed: ${result?.error}\n${up.stderr}`);
    const installed = /npm packages: installed \(([\d.]+)s\)/.exec(up.stderr)?.[1];
    const parts = events.filter(({ type, state }) => type === "step" && state === "done");
    return {
      "npm ci": `${installed} s`,
      ...Object.fromEntries(parts.map(({ step, durationMs = 0 }) => [step, `${(durationMs / 1000).toFixed(0)} s`])),
      "clone to the end of up": `${seconds} s`,
    };
  } finally {
    await command("destroy", "--", "--stack", stack, "--delete-data", stack);
    rmSync(folder, { recursive: true, force: true });
  }
}
