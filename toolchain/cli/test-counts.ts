import { readFileSync } from "node:fs";

/** What a run of the test runner counted. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

export const noTests: TestCounts = { passed: 0, failed: 0, skipped: 0 };

/** Reads Vitest's own JSON report; none where it ended before it could write one. */
export function readCounts(report: string): TestCounts {
  try {
    const counted = JSON.parse(readFileSync(report, "utf8")) as Record<string, number>;
    return {
      passed: counted.numPassedTests ?? 0,
      failed: counted.numFailedTests ?? 0,
      skipped: (counted.numPendingTests ?? 0) + (counted.numTodoTests ?? 0),
    };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return noTests;
    throw error;
  }
}

export function addCounts(a: TestCounts, b: TestCounts): TestCounts {
  return { passed: a.passed + b.passed, failed: a.failed + b.failed, skipped: a.skipped + b.skipped };
}

/** The line that machines read. */
export function countsLine({ passed, failed, skipped }: TestCounts): string {
  return `tests: ${passed} passed, ${failed} failed, ${skipped} skipped`;
}
