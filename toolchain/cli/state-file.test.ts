import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { surelyFinished, surelyMissing } from "./state-file.ts";

const folder = mkdtempSync(join(tmpdir(), "state-file-"));
const stacks = join(folder, ".pulumi", "stacks", "project");
mkdirSync(stacks, { recursive: true });
writeFileSync(join(stacks, "here.json"), '{"checkpoint":{"latest":{"resources":[]}}}');
writeFileSync(join(stacks, "killed.json"), '{"checkpoint":{"latest":{"pending_operations":[{}]}}}');
writeFileSync(join(stacks, "packed.json.gz"), "");
afterAll(() => rmSync(folder, { recursive: true }));

it.each([
  [`file://${folder}`, "here", false],
  [`file://${folder}`, "packed", false],
  [`file://${folder}`, "elsewhere", true],
  ["file://~", "elsewhere", false],
  ["s3://bucket", "elsewhere", false],
  [undefined, "elsewhere", false],
])("in %s the stack %s: surely missing is %s", (backend, stack, missing) => {
  expect(surelyMissing(backend, "project", stack)).toBe(missing);
});

it.each([
  [`file://${folder}`, "here", true],
  [`file://${folder}`, "elsewhere", true],
  [`file://${folder}`, "killed", false],
  [`file://${folder}`, "packed", false],
  ["s3://bucket", "here", false],
  [undefined, "here", false],
])("in %s the stack %s: that no run was killed is sure: %s", (backend, stack, finished) => {
  expect(surelyFinished(backend, "project", stack)).toBe(finished);
});
