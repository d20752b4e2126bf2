import { beforeAll, describe, expect, inject, it } from "vitest";
import { pulumi, shellEnvironment } from "../support/pulumi.ts";
import { type Outputs, TestStack } from "../support/stack.ts";

/** What a Pulumi user types after `eval "$(npm run -s env)"`, on the stack that `npm run up` made. */
const stack = new TestStack(inject("stack"));
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  environment = await shellEnvironment(stack.name);
});

const typed = async (...args: string[]): Promise<string> => {
  const { code, stdout, stderr } = await pulumi(environment, ...args, "-s", stack.name);
  expect(code, `pulumi ${args.join(" ")}\n${stdout}\n${stderr}`).toBe(0);
  return stdout;
};

describe("plain pulumi", () => {
  it("previews no change", async () => {
    expect(await typed("preview", "--expect-no-changes")).toMatch(/^ +\d+ unchanged$/m);
  });

  it("brings up no change", async () => {
    expect(await typed("up", "--yes", "--skip-preview", "--expect-no-changes")).toMatch(/^ +\d+ unchanged$/m);
  });

  it("finds no drift on a stack that nobody touched", async () => {
    const text = await typed("refresh", "--yes", "--skip-preview", "--expect-no-changes");
    expect(text).toMatch(/^ +\d+ unchanged$/m);
    expect(text).not.toMatch(/updated|deleted/);
  });

  it("knows the outputs by their stable names, and hides those that hold a password", async () => {
    const masked = JSON.parse(await typed("stack", "output", "--json")) as Record<string, unknown>;
    const names = ["credentials", "members", "primaryUrl", "readUrl", "replicaUrl", "s3Endpoint", "writeUrl"];
    expect(Object.keys(masked).sort()).toEqual(names);
    for (const secret of ["credentials", "primaryUrl", "readUrl", "replicaUrl", "writeUrl"]) {
      expect(masked[secret], secret).toBe("[secret]");
    }
    expect(masked.members).toEqual(["postgres-1", "postgres-2", "postgres-3"]);
    const shown = JSON.parse(await typed("stack", "output", "--json", "--show-secrets")) as Outputs;
    expect(shown).toEqual(await stack.outputs());
  });

  it("refuses to destroy what holds data", async () => {
    const { code, stdout, stderr } = await pulumi(environment, "destroy", "--preview-only", "-s", stack.name);
    expect(code).not.toBe(0);
    expect(stdout + stderr).toMatch(/protect/);
  });
});
