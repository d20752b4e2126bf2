import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { rules } from "../../policies/rules/index.ts";
import { root } from "../support/command.ts";
import { leftovers } from "../support/docker.ts";
import { ForeignProgram } from "../support/foreign-program.ts";
import { shellEnvironment } from "../support/pulumi.ts";
import { resultOf, TestStack } from "../support/stack.ts";

/** The policy pack under Pulumi's own engine. Previews: nothing is started. */
const pack = ["--policy-pack", join(root, "policies")];

describe("another program", () => {
  let program: ForeignProgram;

  beforeAll(async () => {
    program = await ForeignProgram.create(await shellEnvironment(inject("stack")));
    await program.write(await readFile(join(root, "test/fixtures/policies/violating.js"), "utf8"));
  });

  afterAll(() => program?.remove());

  it("that breaks every rule is told each of them, at the resource that breaks it, and fails", async () => {
    const { code, stdout, stderr } = await program.pulumi("preview", "-s", "test", ...pack);
    expect(code, stderr).not.toBe(0);
    const told = [...stdout.matchAll(/\[(\w+)\] +(\S+) +\(\S+: (\S+)\)/g)].map(([, ...violation]) =>
      violation.join(" "),
    );
    // The cluster as a whole has no backups: it is told of by its first resource, whichever that is.
    expect(told.map((line) => line.replace(/backups-declared .*/, "backups-declared backups-declared")).sort()).toEqual(
      rules.map(({ enforcement, name }) => `${enforcement} ${name} ${name}`).sort(),
    );
    expect(stdout).not.toContain("hunter2");
    expect(stdout).not.toContain("can't be known during preview");
  });

  it("passes where its user has decided so, rule by rule or resource by resource", async () => {
    const mandatory = rules.filter(({ enforcement }) => enforcement === "mandatory").map(({ name }) => name);
    const config = Object.fromEntries(mandatory.map((name) => [name, "advisory"]));
    const path = join(program.folder, "policy-config.json");
    await writeFile(path, JSON.stringify({ ...config, "no-trust": { except: ["no-trust"] } }));
    const args = ["-s", "test", ...pack, "--policy-pack-config", path];
    const { code, stdout, stderr } = await program.pulumi("preview", ...args);
    expect(code, stdout + stderr).toBe(0);
    expect(stdout).toMatch(/\[advisory\] +closed-ports/);
    expect(stdout).not.toContain("Access rules trust nobody");
  });
});

interface Diagnostic {
  readonly type: string;
  readonly severity: string;
  readonly name?: string;
  readonly text: string;
}

describe("this library's stacks", () => {
  const stack = new TestStack("policies");
  const config = join(root, `policy-config.${stack.name}.json`);

  const violations = (stdout: string): Diagnostic[] =>
    stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Diagnostic)
      .filter(({ type, text }) => type === "diagnostic" && text.startsWith("policy "));

  afterAll(async () => {
    await rm(config, { force: true });
    await stack.remove();
  });

  it.each(["local", "kubernetes", "vms", "aws"])("violate nothing as they are: %s", async (environment) => {
    await stack.configure({ environment, ...(environment === "local" && { docker: { portOffset: 21800 } }) });
    const { code, stdout } = await stack.run("preview", "--json");
    expect(code, stdout).toBe(0);
    expect(violations(stdout)).toEqual([]);
  });

  it("are not touched by an up that would violate a mandatory rule, which says what to do", async () => {
    await stack.configure({ docker: { portOffset: 21800, addresses: ["0.0.0.0"] } });
    const finished = await stack.run("up", "--json");
    expect(finished.code).toBe(1);
    const [violation] = violations(finished.stdout);
    expect(violation).toMatchObject({ severity: "error", name: `${stack.prefix}-haproxy-1` });
    expect(violation?.text).toMatch(
      /^policy pulumi-postgres-ha\/closed-ports: No port .* on 0\.0\.0\.0, .* Publish on 127\.0\.0\.1[^\n]*$/,
    );
    expect(resultOf(finished).error).toContain(`policy-config.${stack.name}.json`);
    expect(await leftovers(stack.prefix)).toEqual([]);
    const { outputs } = await stack.mustRun("outputs");
    expect(outputs).toEqual({});
  });

  it("go ahead with a warning where their user has set the rule so", async () => {
    await writeFile(config, JSON.stringify({ "closed-ports": "advisory" }));
    const { code, stdout } = await stack.run("preview", "--json");
    expect(code, stdout).toBe(0);
    expect(violations(stdout).map(({ severity }) => severity)).toContain("warning");
  });

  it("are told of a misspelt rule in that file before the engine is asked", async () => {
    await writeFile(config, JSON.stringify({ "closed-port": "advisory" }));
    const { code, stderr } = await stack.run("preview");
    expect(code).toBe(1);
    expect(stderr).toContain('unknown rule "closed-port"; did you mean "closed-ports"?');
  });
});
