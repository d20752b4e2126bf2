import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { surelyMissing } from "./missing-stack.ts";

const folder = mkdtempSync(join(tmpdir(), "missing-stack-"));
mkdirSync(join(folder, ".pulumi", "stacks", "project"), { recursive: true });
writeFileSync(join(folder, ".pulumi", "stacks", "project", "here.json"), "{}");
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  [`file://${folder}`, "here", false],
  [`file://${folder}`, "elsewhere", true],
  ["file://~", "elsewhere", false],
  ["s3://bucket", "elsewhere", false],
  [undefined, "elsewhere", false],
])("in %s the stack %s: surely missing is %s", (backend, stack, missing) => {
  expect(surelyMissing(backend, "project", stack)).toBe(missing);
});
