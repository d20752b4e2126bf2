import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { InvalidArguments } from "../../components/arguments.ts";
import { config } from "./run-config.ts";
import type { Session } from "./session.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "pgha-config-"));
  writeFileSync(join(root, "Pulumi.yaml"), "name: ours\n");
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

async function run(settings: string | undefined, stack = "orders") {
  if (settings !== undefined) writeFileSync(join(root, "Pulumi.orders.yaml"), settings);
  const printed: string[] = [];
  const session = { root, invocation: { stack }, sink: { print: (text: string) => printed.push(text) } };
  const outcome = await config(session as unknown as Session);
  return { text: printed.join("\n"), outcome };
}

describe("npm run config", () => {
  it("shows a stack that has no settings", async () => {
    const { text } = await run(undefined);
    expect(text).toMatch(/^config:\n {2}ours:environment: local # the stack's name\n/);
    expect(text).toMatch(/28 s {2}its node dies or is cut off/);
  });

  it("shows what is set, also for a program", async () => {
    const { text, outcome } = await run("config:\n  ours:cluster: { members: 5 }\n", "organization/ours/orders");
    expect(text).toContain("    members: 5 # you (Pulumi.orders.yaml)\n");
    expect(outcome.outputs).toMatchObject({
      settings: { cluster: { members: 5, memory: "1536MiB" } },
      sources: { "cluster.members": "you (Pulumi.orders.yaml)", "cluster.memory": "preset laptop" },
      recoveryTimes: { lost: 28 },
    });
  });

  it("shows secrets as ****, and says what cannot be read at all", async () => {
    const secret = "{ kind: s3, endpoint: https://x, bucket: them, accessKey: k, secretKey: { secure: v1:abc } }";
    const { text } = await run(`config:\n  ours:bucket: ${secret}\n  ours:pools: { secure: v1:def }\n`);
    expect(text).toContain('secretKey: "****"');
    expect(text).toContain("# ours:pools is encrypted as a whole");
    expect(text).not.toContain("v1:");
  });

  it("refuses all that is wrong at once", async () => {
    const failed = run("config:\n  ours:sise: small\n  ours:cluster: { memory: 16GB, volumeSize: 1 }\n");
    await expect(failed).rejects.toThrow(InvalidArguments);
    await expect(failed).rejects.toThrow("3 problems");
  });

  it("names a file that is no YAML, and the line", async () => {
    await expect(run("config:\n  ours:cluster: {memory: \n")).rejects.toThrow(
      /^Pulumi\.orders\.yaml is not valid YAML: line \d: .*\. Repair it and run the same command again\.$/,
    );
  });
});
