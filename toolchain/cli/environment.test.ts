import { describe, expect, it } from "vitest";
import { environments } from "../../stacks/schema.ts";
import { isLocal, needOf } from "./environment.ts";

describe("where a stack runs", () => {
  it.each([
    ["local", "", true],
    ["orders", "", true],
    ["vms", "", false],
    ["org/project/aws", "", false],
    ["orders", "config:\n  pulumi-postgres-ha:environment: kubernetes\n", false],
    ["orders", 'config:\n  "pulumi-postgres-ha:environment": "aws" # mine\n', false],
    ["vms", "config:\n  pulumi-postgres-ha:environment: local\n", true],
    ["orders", "config:\n  # pulumi-postgres-ha:environment: aws\n", true],
  ])("of %s with %j is told before its program runs", (stack, settings, local) => {
    expect(isLocal(stack, settings)).toBe(local);
  });

  it("is told of every environment that the program knows", () => {
    expect(environments.filter((name) => isLocal(name, ""))).toEqual(["local"]);
  });

  it("decides whether an engine is needed here", () => {
    const everything = { engine: true, pulumi: true, images: true };
    expect(needOf(everything, true)).toEqual(everything);
    expect(needOf(everything, false)).toEqual({ engine: false, pulumi: true, images: false });
  });
});
