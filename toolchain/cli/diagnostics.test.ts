import { expect, it } from "vitest";
import { cleanDiagnostic, cleanProgramError } from "./diagnostics.ts";

const thrown = (error: string): string =>
  `Running program '/clone/stacks/index.ts' failed with an unhandled exception:\n${error}`;

it.each([
  [
    "an error of the configuration, over several lines",
    "Error: configuration:\n  members: 2 is even\n    at file:///clone/stacks/index.ts:6:25\n    at run (node:x:1:1)",
    "configuration:\n  members: 2 is even",
  ],
  ["a class of its own", "ConfigurationError: no\n    at a (b.ts:1:1) {\n  key: 'x'\n}", "no"],
  ["an error with a code", "Error [ERR_X]: no\n    at a (b.ts:1:1)", "no"],
  ["a circular one", "<ref *1> Error: no\n    at a (b.ts:1:1)", "no"],
])("shows %s as its author wrote it", (_, error, expected) => {
  expect(cleanProgramError(thrown(error))).toBe(expected);
});

it("keeps the stack of a defect", () => {
  const defect = "TypeError: x is not a function\n    at a (b.ts:1:1)";
  expect(cleanProgramError(thrown(defect))).toBe(defect);
});

it("leaves other errors alone", () => {
  expect(cleanProgramError("Error: from a provider\n    at x")).toBe("Error: from a provider\n    at x");
});

it("says in one line what a killed run left open", () => {
  const message =
    "Attempting to deploy or update resources with 2 pending operations from previous deployment.\n" +
    "  * urn:pulumi:s::p::docker:index/network:Network::net, interrupted while creating\n" +
    "  * urn:pulumi:s::p::docker:index/network:Network::net, interrupted while creating\n" +
    "These resources are in an unknown state because the Pulumi CLI was interrupted.\n";
  expect(cleanDiagnostic({ severity: "warning", message, color: "never" })?.text).toBe(
    "an earlier run was interrupted in the middle of net (creating)",
  );
});

it("takes colors out, a terminal's and Pulumi's own", () => {
  const message = "<{%fg 1%}>look \u001b[31mout<{%reset%}>\n";
  expect(cleanDiagnostic({ severity: "warning", message, color: "always" })?.text).toBe("look out");
});

it("drops what a policy pack says of being stopped", () => {
  const message = "failed to run remediation: context canceled";
  expect(cleanDiagnostic({ color: "never", message, prefix: "", severity: "error" })).toBeUndefined();
});
