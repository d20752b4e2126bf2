import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { npmRun, root, run } from "../support/command.ts";
import { leftovers } from "../support/docker.ts";
import { resultOf, TestStack } from "../support/stack.ts";

const stack = new TestStack("cli");
const settings = { docker: { portOffset: 21500 } };

beforeAll(() => stack.configure(settings));
afterAll(async () => {
  await stack.run("destroy", "--delete-data", stack.name);
  await rm(join(root, `Pulumi.${stack.name}.yaml`), { force: true });
});

/** The environment that `npm run env` prints, as a shell would take it. */
async function shell(script: string) {
  return run("sh", ["-c", `eval "$(node toolchain/run.mjs env --stack ${stack.name})" && ${script}`]);
}

describe("before anything runs", () => {
  it("previews, and the last line counts what would be made", async () => {
    const result = await stack.mustRun("preview");
    expect(result.changes.create).toBeGreaterThan(20);
    expect(await leftovers(stack.prefix)).toEqual([]);
  });

  it("shows a mistake in the settings as it is, without a stack of frames", async () => {
    await stack.configure({ ...settings, mebers: 3 });
    const { code, stdout, stderr } = await stack.run("preview");
    await stack.configure(settings);
    expect(code).toBe(1);
    expect(stdout).toContain('unknown key "mebers"');
    expect(stdout + stderr).not.toMatch(/\n\s+at |unhandled exception|CommandError/);
  });

  it("says where a wrong passphrase came from", async () => {
    const environment = { ...process.env, PULUMI_CONFIG_PASSPHRASE: "wrong" };
    await stack.mustRun("preview");
    const finished = await npmRun("preview", ["--stack", stack.name, "--json"], environment);
    expect(finished.code).toBe(1);
    expect(resultOf(finished).error).toContain("comes from the environment variable PULUMI_CONFIG_PASSPHRASE");
  });

  it("refuses to delete data under another name", async () => {
    const { code, stderr } = await stack.run("destroy", "--delete-data", "local");
    expect(code).toBe(2);
    expect(stderr).toContain('"local" is not the stack of this command, "cli"');
  });

  it("says that a stack does not exist", async () => {
    const finished = await npmRun("outputs", ["--stack", "nobody", "--json"]);
    expect(resultOf(finished)).toMatchObject({ ok: false, error: expect.stringContaining('no stack "nobody"') });
  });
});

describe("a locked stack", () => {
  async function lockedBy(pid: number): Promise<string> {
    const { stdout } = await shell('printf %s "$PULUMI_BACKEND_URL"');
    const folder = join(fileURLToPath(stdout), ".pulumi/locks/organization/pulumi-postgres-ha", stack.name);
    await mkdir(folder, { recursive: true });
    const file = join(folder, "0f000000-0000-4000-8000-000000000000.json");
    const timestamp = new Date().toISOString();
    await writeFile(file, JSON.stringify({ pid, username: "ann", hostname: hostname(), timestamp }));
    return file;
  }

  it("is left alone while its process runs", async () => {
    const file = await lockedBy(process.pid);
    const finished = await stack.run("refresh", "--json");
    expect(readFileSync(file, "utf8")).toContain("ann");
    await rm(file);
    expect(finished.code).toBe(1);
    expect(resultOf(finished).error).toContain(`ann@${hostname()}, process ${process.pid}`);
  });

  it("is released when its process is gone", async () => {
    const gone = spawn("true");
    await new Promise((resolve) => gone.on("close", resolve));
    await lockedBy(gone.pid ?? 0);
    const { code, stdout } = await stack.run("refresh", "--json");
    expect(stdout).toContain("Releasing the lock of a run that is over");
    expect(code).toBe(0);
  });
});

describe("an interrupt", () => {
  it("ends cleanly, a second run continues, and pulumi itself finds nothing left to do", async () => {
    const child = spawn(process.execPath, ["toolchain/run.mjs", "up", "--stack", stack.name, "--json"], { cwd: root });
    let stdout = "";
    let interrupted = false;
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
      // In the middle: containers have begun, none of the members is ready yet. Once: a second one would force.
      const inTheMiddle = /"op":"create","state":"start","name":"[^"]*postgres-1","resourceType":"docker/.test(stdout);
      if (inTheMiddle && !interrupted) interrupted = child.kill("SIGINT");
    });
    const code = await new Promise((resolve) => child.on("close", resolve));
    expect(code).toBe(130);
    expect(stdout.trim().split("\n").at(-1)).toContain("run the same command again to continue");

    await stack.up();
    const again = await shell(`pulumi preview --stack ${stack.name} --expect-no-changes --non-interactive`);
    expect(again.code, again.stdout + again.stderr).toBe(0);
  });

  it("leaves a stack that --delete-data removes without a trace", async () => {
    await stack.mustRun("destroy");
    await stack.mustRun("destroy", "--delete-data", stack.name);
    expect(await leftovers(stack.prefix)).toEqual([]);
  });
});
