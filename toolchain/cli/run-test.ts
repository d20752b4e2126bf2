import { spawn } from "node:child_process";
import { join } from "node:path";
import type { Interruption } from "./interruption.ts";
import { duration } from "./render-lines.ts";
import type { Outcome, Session } from "./session.ts";

interface Check {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly needsEngine?: true;
}

/** The cheap ones first. */
const checks: readonly Check[] = [
  { name: "format and lint", program: "biome", args: ["check", "."] },
  { name: "types", program: "tsc", args: ["-p", "."] },
  { name: "unit tests", program: "vitest", args: ["run", "--project", "unit"] },
  { name: "integration tests", program: "vitest", args: ["run", "--project", "integration"], needsEngine: true },
];

/** Runs every check, even after one has failed, and says which ones did. */
export async function test(session: Session): Promise<Outcome> {
  const { root, invocation, sink, clock, interruption } = session;
  const lines: string[] = [];
  let ok = true;
  for (const check of checks) {
    if (check.needsEngine && invocation.unit) continue;
    if (check.needsEngine) await session.prepare({ engine: true, pulumi: true, images: true });
    const since = clock();
    sink.print(`\n--- ${check.name}`);
    const passed = await run(root, check, interruption);
    if (interruption.interrupted) break;
    lines.push(`${passed ? "passed" : "FAILED"}  ${check.name} (${duration(clock() - since)})`);
    ok &&= passed;
  }
  sink.print(`\n${lines.join("\n")}`);
  return { changes: {}, ok };
}

/** In a process group of its own, so that Ctrl-C reaches it once, through us. */
function run(root: string, { program, args }: Check, interruption: Interruption): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(join(root, "node_modules", ".bin", program), args, {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      detached: true,
    });
    const signalGroup = (signal: NodeJS.Signals): void => {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    };
    const unprotect = interruption.protect({
      cancel: () => signalGroup("SIGINT"),
      force: () => signalGroup("SIGKILL"),
    });
    child.on("error", reject);
    child.on("close", (code) => {
      unprotect();
      resolve(code === 0);
    });
  });
}
