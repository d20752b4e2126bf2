import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { promisify } from "node:util";
import { build } from "esbuild";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { obtainPulumiProgram } from "../../toolchain/obtain/pulumi-program.ts";
import { silentReporter } from "../../toolchain/report.ts";

/** The language host under Pulumi's own engine: an ES module program in TypeScript, and a mandatory policy pack. */
const root = join(import.meta.dirname, "../..");
const project = join(root, "test/fixtures/language-host");
let scratch: string;
let env: NodeJS.ProcessEnv;

beforeAll(async () => {
  scratch = await mkdtemp(join(tmpdir(), "language-host-"));

  const host = join(scratch, "host.cjs");
  const entryPoints = [join(root, "toolchain/language-host/main.ts")];
  await build({ entryPoints, bundle: true, platform: "node", format: "cjs", target: "node20", outfile: host });
  const shim = join(scratch, "pulumi-language-nodejs");
  await writeFile(shim, `#!/bin/sh\nexec "${process.execPath}" "${host}" "$@"\n`);
  await chmod(shim, 0o755);
  await mkdir(join(scratch, "state"));

  const program = await obtainPulumiProgram(silentReporter);
  env = {
    ...process.env,
    PATH: [scratch, program.folder, process.env.PATH].join(":"),
    PULUMI_HOME: join(scratch, "home"),
    PULUMI_BACKEND_URL: `file://${scratch}/state`,
    PULUMI_CONFIG_PASSPHRASE: "only for this test",
    PULUMI_SKIP_UPDATE_CHECK: "1",
    PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
  };
  await pulumi("stack", "init", "test");
  await pulumi("config", "set", "name", "you");
  await pulumi("config", "set", "--secret", "password", "hunter2");
}, 600_000);

// What --config sets stays set.
afterEach(async () => {
  await pulumi("config", "rm", "mode");
});

afterAll(async () => {
  await rm(join(project, "Pulumi.test.yaml"), { force: true });
  await rm(scratch, { recursive: true, force: true });
});

describe("a program", { timeout: 60_000 }, () => {
  it("is previewed, brought up and destroyed", async () => {
    expect(await pulumi("preview")).toContain("+ 2 to create");
    expect(await pulumi("up", "--yes")).toContain("+ 2 created");
    expect(await pulumi("up", "--yes")).toContain("2 unchanged");

    const outputs = JSON.parse(await pulumi("stack", "output", "--json", "--show-secrets"));
    expect(outputs).toEqual({
      text: "Hello, you",
      password: "hunter2",
      where: {
        project: "language-host-fixture",
        stack: "test",
        organization: "organization",
        cwd: join(project, "program"),
        root: project,
      },
    });
    expect(await pulumi("stack", "export")).not.toContain("hunter2");
    expect(await pulumi("destroy", "--yes")).toContain("- 2 deleted");
  });

  it("that throws is an error with its message", async () => {
    await expect(pulumi("preview", "--config", "mode=fail")).rejects.toThrow("the program was asked to fail");
  });

  it("that has told the user itself is not reported twice", async () => {
    const error = await pulumi("preview", "--config", "mode=bail").catch((reason: Error) => reason.message);
    expect(error).toContain("the program was asked to stop");
    expect(error).not.toContain("exit code");
  });
});

describe("a mandatory policy", { timeout: 60_000 }, () => {
  it("lets a good program pass and stops a bad one", async () => {
    expect(await pulumi("preview", "--policy-pack", "policies")).toContain("language-host-policies");
    await expect(pulumi("preview", "--policy-pack", "policies", "--config", "name=you!")).rejects.toThrow(
      "this greeting shouts",
    );
  });
});

describe("no process is left", { timeout: 60_000 }, () => {
  it.each(["SIGKILL", "SIGINT"] as const)("after the engine got %s", async (signal) => {
    const engine = spawn("pulumi", ["preview", "--config", "mode=hang"], { cwd: project, env });
    const pid = await printedPid(engine.stdout);
    engine.kill(signal);
    if (signal === "SIGINT") engine.kill(signal);
    await once(engine, "exit");
    await expect.poll(() => isAlive(pid), { timeout: 8_000 }).toBe(false);
  });
});

async function pulumi(...args: string[]): Promise<string> {
  const command = promisify(execFile)("pulumi", [...args, "--non-interactive"], { cwd: project, env, timeout: 50_000 });
  const { stdout } = await command.catch((error: Error & { stdout: string; stderr: string }) => {
    throw new Error(`${error.message}\n${error.stdout}\n${error.stderr}`);
  });
  return stdout;
}

async function printedPid(stdout: NodeJS.ReadableStream): Promise<number> {
  let seen = "";
  stdout.on("data", (chunk: Buffer) => {
    seen += chunk;
  });
  for (;;) {
    const pid = /pid (\d+)/.exec(seen)?.[1];
    if (pid !== undefined) return Number(pid);
    await setTimeout(50);
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
