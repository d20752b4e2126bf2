import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Finished, npmRun } from "../support/command.ts";
import { resultOf, TestStack } from "../support/stack.ts";

/** What a machine has that has nothing: no engine, no cluster, no account. */
let nothing: NodeJS.ProcessEnv;
let empty: string;

beforeAll(async () => {
  empty = await mkdtemp(join(tmpdir(), "nothing-"));
  const kept = Object.entries(process.env).filter(([name]) => !/^(AWS_|KUBE|DOCKER_)/.test(name));
  nothing = {
    ...Object.fromEntries(kept),
    DOCKER_HOST: `unix://${empty}/docker.sock`,
    KUBECONFIG: join(empty, "kubeconfig"),
    AWS_CONFIG_FILE: join(empty, "config"),
    AWS_SHARED_CREDENTIALS_FILE: join(empty, "credentials"),
    AWS_EC2_METADATA_DISABLED: "true",
  };
});
afterAll(() => rm(empty, { recursive: true }));

describe.each([
  ["vms", 60],
  ["aws", 120],
  ["kubernetes", 30],
])("the environment %s", (environment, atLeast) => {
  const stack = new TestStack(`it-${environment}`);
  const run = (command: string): Promise<Finished> => npmRun(command, ["--stack", stack.name, "--json"], nothing);

  beforeAll(() => stack.configure({ environment }));
  afterAll(() => stack.remove());

  it("is shown by a preview that has nothing to ask, and nothing is made", async () => {
    const finished = await run("preview");
    const result = resultOf(finished);
    expect({ code: finished.code, error: result.error }).toEqual({ code: 0, error: undefined });
    expect(result.changes.create).toBeGreaterThan(atLeast);
    expect(Object.keys(result.changes)).toEqual(["create"]);
  });

  it.skipIf(environment === "kubernetes")("is not made from values of the documentation", async () => {
    const { code, stdout, stderr } = await run("up");
    expect(code).toBe(1);
    expect(stdout + stderr).toMatch(environment === "vms" ? /name your machines/ : /aws\.publicKey: it is missing/);
  });
});
