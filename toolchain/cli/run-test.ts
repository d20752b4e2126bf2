import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duration } from "./render-lines.ts";
import type { Outcome, Session } from "./session.ts";
import { addCounts, countsLine, noTests, readCounts } from "./test-counts.ts";
import { runVisibly } from "./visible-process.ts";

interface Check {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** A Vitest run, whose own counts are read. */
  readonly counts?: true;
  readonly needsEngine?: true;
}

/** The cheap ones first. */
const checks: readonly Check[] = [
  { name: "format and lint", program: "biome", args: ["check", "."] },
  { name: "types", program: "tsc", args: ["-p", "."] },
  { name: "unit tests", program: "vitest", args: ["run", "--project", "unit*"], counts: true },
  {
    name: "integration tests",
    program: "vitest",
    args: ["run", "--project", "integration"],
    counts: true,
    needsEngine: true,
  },
];

/** Runs every check, even after one has failed, and says which ones did and how many tests ran. */
export async function test(session: Session): Promise<Outcome> {
  const { root, invocation, sink, clock, interruption } = session;
  const reports = await mkdtemp(join(tmpdir(), "pulumi-postgres-ha-tests-"));
  const lines: string[] = [];
  let ok = true;
  let counted = noTests;
  try {
    for (const check of checks) {
      if (check.needsEngine && invocation.unit) continue;
      if (check.needsEngine) await session.prepare({ engine: true, pulumi: true, images: true });
      const since = clock();
      const report = join(reports, `${lines.length}.json`);
      const args = check.counts
        ? [...check.args, "--reporter=default", "--reporter=json", `--outputFile.json=${report}`]
        : check.args;
      sink.print(`\n--- ${check.name}`);
      const passed = await runVisibly(join(root, "node_modules", ".bin", check.program), args, root, interruption);
      if (check.counts) counted = addCounts(counted, readCounts(report));
      if (interruption.interrupted) break;
      lines.push(`${passed ? "passed" : "FAILED"}  ${check.name} (${duration(clock() - since)})`);
      ok &&= passed;
    }
  } finally {
    await rm(reports, { recursive: true, force: true });
  }
  sink.print(`\n${lines.join("\n")}\n${countsLine(counted)}`);
  return { changes: {}, ok };
}
