import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { addCounts, countsLine, readCounts } from "./test-counts.ts";

const folder = mkdtempSync(join(tmpdir(), "counts-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("adds up what the runner counted", () => {
  const report = join(folder, "report.json");
  writeFileSync(report, JSON.stringify({ numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 }));
  const counts = addCounts(readCounts(report), { passed: 1, failed: 0, skipped: 0 });
  expect(countsLine(counts)).toBe("tests: 6 passed, 1 failed, 3 skipped");
});

it("counts nothing where the runner never wrote a report", () => {
  expect(countsLine(readCounts(join(folder, "none.json")))).toBe("tests: 0 passed, 0 failed, 0 skipped");
});
