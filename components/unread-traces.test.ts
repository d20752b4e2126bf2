import { expect, it } from "vitest";
import { withoutTraces } from "./unread-traces.ts";

const linesOfTrace = () => (new Error("no").stack ?? "").split("\n").length - 1;

it("takes no lines of traces while the work runs, and all of them afterwards", () => {
  expect(withoutTraces(linesOfTrace)()).toBe(0);
  expect(linesOfTrace()).toBeGreaterThan(0);
});

it("passes on what goes in, comes out and is thrown", () => {
  expect(withoutTraces((one: number, two: number) => one - two)(3, 2)).toBe(1);
  const fail = withoutTraces(() => {
    throw new Error("no");
  });
  expect(fail).toThrow("no");
  expect(linesOfTrace()).toBeGreaterThan(0);
});

it("reaches the SDK's function", async () => {
  const sdk = (await import("@pulumi/pulumi/runtime/debuggable.js")) as unknown as {
    default: { debuggablePromise(promise: Promise<void>, context: string): Promise<void> };
  };
  const promise: Promise<void> & { _debugStackTrace?: string } = Promise.resolve();
  await sdk.default.debuggablePromise(promise, "a test");
  expect(promise._debugStackTrace).not.toContain("at ");
});
