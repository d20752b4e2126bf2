import { inspect } from "node:util";
import { expect, it } from "vitest";
import { corrected } from "./stack-traces.ts";

it.each([
  [
    "    at Stack.init (/app/node_modules/@pulumi/resource.ts:1687:22)",
    "/app/node_modules/@pulumi/pulumi/resource.ts:",
  ],
  ["    at C:\\app\\node_modules\\@pulumi\\output.ts:1:2", "node_modules\\@pulumi\\pulumi\\output.ts:"],
  ["    at run (/app/node_modules/@pulumi/pulumi/runtime/x.ts:1:2)", "/app/node_modules/@pulumi/pulumi/runtime/x.ts:"],
  ["    at main (/app/stacks/index.ts:1:2)", "/app/stacks/index.ts:1:2"],
])("corrects %j", (line, expected) => {
  expect(corrected(`Error: no\n${line}`)).toContain(expected);
});

it("lets Node print such a trace in colour", () => {
  const error = new Error("no");
  error.stack = corrected("Error: no\n    at Stack.init (/app/node_modules/@pulumi/resource.ts:1687:22)");
  expect(inspect(error, { colors: true })).toContain("resource.ts");
});
