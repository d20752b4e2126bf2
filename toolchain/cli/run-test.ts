import { join } from "node:path";
import { duration } from "./render-lines.ts";
import type { Outcome, Session } from "./session.ts";
import { runVisibly } from "./visible-process.ts";

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
    const passed = await runVisibly(join(root, "node_modules", ".bin", check.program), check.args, root, interruption);
    if (interruption.interrupted) break;
    lines.push(`${passed ? "passed" : "FAILED"}  ${check.name} (${duration(clock() - since)})`);
    ok &&= passed;
  }
  sink.print(`\n${lines.join("\n")}`);
  return { changes: {}, ok };
}
