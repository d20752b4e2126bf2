import { RunError } from "@pulumi/pulumi";
import { expect, it } from "vitest";
import { InvalidArguments } from "./arguments.ts";
import { UserError } from "./user-error.ts";

it.each([
  ["UserError", new UserError("words")],
  ["InvalidArguments", new InvalidArguments("subject", [])],
])("%s is one that Pulumi shows without a stack trace, and has none that Node would colour", (_, error) => {
  expect(RunError.isInstance(error)).toBe(true);
  expect(error.stack).not.toContain("\n    at ");
});
