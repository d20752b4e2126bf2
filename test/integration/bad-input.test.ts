import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdir, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { hostname } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { npmRun, run } from "../support/command.ts";
import { docker, leftovers } from "../support/docker.ts";
import { ForeignProgram } from "../support/foreign-program.ts";
import { pulumi, settingsFile, shellEnvironment, stateFiles } from "../support/pulumi.ts";
import { resultOf, TestStack } from "../support/stack.ts";

/**
 * What people get wrong. Each is told in one error (what is wrong, the value, what is allowed, the way out), the command
 * exits non-zero, and nothing was started, lost or changed.
 */
const portOffset = 22600;
const stack = new TestStack(`bad-${randomBytes(3).toString("hex")}`);
let environment: NodeJS.ProcessEnv;

beforeAll(async () => {
  environment = await shellEnvironment(stack.name);
});

afterAll(async () => {
  if ((await stateFiles(environment, stack.name)).length > 0) await stack.remove();
  await rm(settingsFile(stack.name), { force: true });
});

/** Runs a command that must be refused, and returns the one error. */
async function refused(command: string, env: NodeJS.ProcessEnv = {}): Promise<string> {
  const finished = await npmRun(command, ["--stack", stack.name, "--json"], { ...process.env, ...env });
  const { ok, error = "", changes } = resultOf(finished);
  expect({ code: finished.code, ok, changes }, error).toEqual({ code: 1, ok: false, changes: {} });
  expect(finished.stdout + finished.stderr, "a stack of frames").not.toMatch(/^\s+at .*:\d+/m);
  expect(await leftovers(stack.prefix)).toEqual([]);
  return error;
}

const configure = (settings: Readonly<Record<string, unknown>> = {}) =>
  stack.configure({ docker: { portOffset }, ...settings });

describe("settings", () => {
  it("that are wrong are refused for everything that is wrong, at once", async () => {
    await configure({
      pols: {},
      cluster: { members: "three" },
      consensus: { kind: "etcd", members: 4 },
      pools: { write: { maxClientConnection: 5 } },
    });
    const error = await refused("up");
    expect(error).toContain(`Settings of stack ${stack.name}: 4 problems`);
    expect(error).toMatch(/- pols: unknown key "pols"; did you mean "pools"\? Known here: environment, docker, /);
    expect(error).toMatch(/- pools\.write\.maxClientConnection: .*did you mean "maxClientConnections"\?/);
    expect(error).toMatch(/- cluster\.members: expected number.*, not "three"/);
    expect(error).toMatch(/- consensus\.members: an even number of consensus members, 4, .* use 1, 3, 5 or 7/);
  });

  it("that are wrong are told to people in lines", async () => {
    await configure({ databases: [{ name: "My App" }] });
    const { code, stdout, stderr } = await stack.run("preview");
    expect(code).toBe(1);
    expect(stdout).toMatch(/databases\[0\]\.name: .*lower-case.*not "My App"/);
    expect(stderr).toMatch(/failed; the errors are above\. Once they are repaired, run the same command again\./);
    expect(stdout + stderr).not.toMatch(/^\s+at |unhandled exception/m);
  });

  it("that are no YAML say where", async () => {
    await writeFile(settingsFile(stack.name), "config:\n  pulumi-postgres-ha:cluster: { members: 3\n");
    expect(await refused("up")).toMatch(/^Pulumi\.bad-\w+\.yaml is not valid YAML: line \d/);
  });
});

describe("a port in use", () => {
  const port = portOffset + 6432;

  it("names the program that has it, by name and process", async () => {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(port, "127.0.0.1", resolve));
    try {
      await configure();
      const error = await refused("up");
      expect(error).toMatch(
        new RegExp(
          `balancer\\.ports\\.write: port ${port} on 127\\.0\\.0\\.1 is in use by \\S+ \\(process ${process.pid}\\); .*docker\\.portOffset`,
        ),
      );
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  });

  it("names the container that has it", async () => {
    const shared = new TestStack(inject("stack"));
    const taken = shared.container("haproxy-1");
    const { NetworkSettings } = await docker.getContainer(taken).inspect();
    const [published] = NetworkSettings.Ports["6432/tcp"] ?? [];
    const offset = Number(published?.HostPort) - 6432;
    await configure({ docker: { portOffset: offset } });
    const error = await refused("up");
    expect(error).toContain("Nothing was started:");
    expect(error).toContain(`port ${offset + 6432} on 127.0.0.1 is in use by the container ${taken}; stop that, or`);
    expect(error).toContain(
      `port ${offset + 9000} on 127.0.0.1 is in use by the container ${shared.container("minio-1")}`,
    );
  });
});

describe("an engine that does not answer", () => {
  it.each(["unix:///nonexistent/docker.sock", "tcp://127.0.0.1:1"])("is named: %s", async (address) => {
    await configure();
    const error = await refused("up", { DOCKER_HOST: address });
    expect(error).toContain(`The Docker engine at ${address} does not answer: `);
    expect(error).toContain("DOCKER_HOST names it. Start it there, or correct or unset DOCKER_HOST");
  });

  it("is named to those who run pulumi themselves", async () => {
    await configure();
    const elsewhere = { ...environment, DOCKER_HOST: "tcp://127.0.0.1:1" };
    const { code, stdout } = await pulumi(elsewhere, "preview", "-s", stack.name);
    expect(code).not.toBe(0);
    expect(stdout).toMatch(
      /Docker engine: 1 problem\n.*it does not answer at tcp:\/\/127\.0\.0\.1:1 \(.*ECONNREFUSED.*\); start it, or/,
    );
  });
});

describe("a wrong passphrase", () => {
  it("says where it comes from, and leaves the state as it is", async () => {
    await configure();
    await stack.mustRun("preview");
    const contents = async () =>
      (await stateFiles(environment, stack.name)).map((path) => `${path}\n${readFileSync(path, "utf8")}`);
    const before = [await contents(), readFileSync(settingsFile(stack.name), "utf8")];
    const env = { PULUMI_CONFIG_PASSPHRASE: "wrong" };
    for (const command of ["up", "destroy"]) {
      expect(await refused(command, env)).toMatch(
        /the passphrase of stack "bad-\w+" is wrong: it comes from the environment variable PULUMI_CONFIG_PASSPHRASE\. Nothing was changed\./,
      );
    }
    expect([await contents(), readFileSync(settingsFile(stack.name), "utf8")]).toEqual(before);
  });
});

describe("a stack that is locked", () => {
  it("is left alone, and the error says by whom, since when, and the way out", async () => {
    const backend = fileURLToPath(environment.PULUMI_BACKEND_URL ?? "");
    const folder = join(backend, ".pulumi/locks/organization/pulumi-postgres-ha", stack.name);
    const file = join(folder, "0f000000-0000-4000-8000-000000000000.json");
    const lock = JSON.stringify({
      pid: process.pid,
      username: "ann",
      hostname: hostname(),
      timestamp: new Date().toISOString(),
    });
    await mkdir(folder, { recursive: true });
    await writeFile(file, lock);
    try {
      await configure();
      const error = await refused("up");
      expect(error).toContain(
        `stack "${stack.name}" is locked by\n  ann@${hostname()}, process ${process.pid}, since `,
      );
      expect(error).toContain(`pulumi cancel -s ${stack.name}`);
      expect(readFileSync(file, "utf8")).toBe(lock);
    } finally {
      await rm(file);
    }
  });
});

describe("an image that cannot be had", () => {
  it("is named with the way out; no container starts, and nothing is left when that is asked for", async () => {
    const missing = "does-not-exist/at-all:1";
    await configure();
    const env = { ...process.env, POSTGRES_HA_BASE_IMAGE: missing };
    const finished = await npmRun("up", ["--stack", stack.name, "--json"], env);
    expect(finished.code).toBe(1);
    const { error } = resultOf(finished);
    // Whichever of the five fails first stops the others.
    expect(error).toMatch(/-image: .*could not be built/);
    expect(error).toMatch(
      new RegExp(`built from ${missing} \\(POSTGRES_HA_BASE_IMAGE\\).*Correct or unset.*docker load`),
    );
    const containers = await docker.listContainers({ all: true });
    const started = containers.filter(({ Names }) => Names.some((name) => name.startsWith(`/${stack.prefix}-`)));
    expect(started).toEqual([]);

    await stack.mustRun("destroy", "--delete-data", stack.name);
    expect(await leftovers(stack.prefix)).toEqual([]);
    expect(await stateFiles(environment, stack.name)).toEqual([]);
  });
});

describe("what is typed wrongly", () => {
  it.each<[string, string[], RegExp]>([
    ["a command", ["upp"], /unknown command "upp", did you mean "up"\? the commands are up, preview, /],
    ["an option", ["up", "--stak", "x"], /unknown option --stak, did you mean --stack\? up takes --stack, /],
    ["an option of another command", ["up", "--delete-data", "x"], /unknown option --delete-data; up takes /],
    ["a stack without its option", ["up", "blue"], /unexpected argument "blue"; a stack is named with --stack blue/],
    ["a name that no stack can have", ["up", "--stack", "a b"], /--stack "a b" is no stack name; allowed are letters/],
  ])("%s is refused at once", async (_, args, message) => {
    const { code, stdout, stderr } = await run(process.execPath, ["toolchain/run.mjs", ...args]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
  });
});

describe("a resource type that a stand-in lacks", () => {
  it("is named, with those that there are and the way to the real plugin", async (test) => {
    test.skip(environment.PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION !== "true", "the real plugins are in use");
    const program = await ForeignProgram.create(environment);
    try {
      await program.write(`
        import { Tag } from "@pulumi/docker";
        new Tag("copy", { sourceImage: "debian", targetImage: "mine" });
      `);
      const { code, stdout, stderr } = await program.pulumi("preview", "-s", "test");
      expect(code).not.toBe(0);
      expect(stdout + stderr).toMatch(
        /the stand-in for the docker provider has no resource type docker:index\/tag:Tag.*Container.*pulumi plugin install resource docker/s,
      );
    } finally {
      await program.remove();
    }
  });
});
