import { describe, expect, it } from "vitest";
import { CliError } from "./errors.ts";
import { explainFailure } from "./failures.ts";
import { PulumiFailure } from "./pulumi-process.ts";

const context = { command: "up", stack: "blue", errors: [], repeat: false, environment: {} };
const failure = (stderr: string, stdout = "") => new PulumiFailure(["up"], 255, stdout, stderr);

describe("Pulumi's errors, explained", () => {
  it("a wrong passphrase names where it came from", () => {
    const wrong = failure("error: getting stack configuration: get stack secrets manager: incorrect passphrase");
    const file = { PULUMI_CONFIG_PASSPHRASE_FILE: "/home/ann/phrase" };
    expect(explainFailure(wrong, { ...context, environment: file })).toContain("comes from the file /home/ann/phrase");
    const both = { ...file, PULUMI_CONFIG_PASSPHRASE: "x" };
    expect(explainFailure(wrong, { ...context, environment: both })).toContain("variable PULUMI_CONFIG_PASSPHRASE.");
  });

  it("a locked stack names who holds it", () => {
    const text = explainFailure(
      failure(
        "error: the stack is currently locked by 1 lock(s). Either wait\n" +
          "  file:///a.json: created by ann@there (pid 42) at 2026-03-01T10:00:00Z",
      ),
      context,
    );
    expect(text).toContain('stack "blue" is locked by\n  ann@there, process 42, since 2026-03-01T10:00:00Z');
    expect(text).toContain("pulumi cancel -s blue");
  });

  it("a violated policy says where it is set", () => {
    const errors = ["open: policy pulumi-postgres-ha/no-trust: Access rules trust nobody: ..."];
    const text = explainFailure(failure("error: preview failed"), { ...context, errors });
    expect(text).toContain("policy-config.blue.json");
    expect(explainFailure(failure("error: preview failed"), { ...context, errors: ["no"] })).not.toContain("policy");
  });

  it("a stack that does not exist says how to make it", () => {
    expect(explainFailure(failure("error: no stack named 'blue' found"), { ...context, example: "sagaz" })).toContain(
      "npm run example -- sagaz up --stack blue makes it",
    );
    expect(explainFailure(failure("error: no stack named 'blue' found"), context)).toBe(
      'there is no stack "blue". npm run up -- --stack blue makes it.',
    );
  });

  it("settings that are no YAML name the file and the line", () => {
    const broken = failure("error: getting stack configuration: invalid YAML file: yaml: line 3: did not find ','");
    expect(explainFailure(broken, context)).toBe(
      "Pulumi.blue.yaml is not valid YAML: line 3: did not find ','. Repair it and run the same command again.",
    );
  });

  it("a full disk", () => {
    const full = failure("error: write /state/x: no space left on device");
    expect(explainFailure(full, context)).toMatch(/^the disk is full\. .*\nwrite \/state\/x/);
  });

  it("any other, in Pulumi's words without its warnings", () => {
    const other = failure("warning: using pulumi-language-nodejs from $PATH\nerror: one\ntwo\nwarning: x");
    expect(explainFailure(other, context)).toBe('up of stack "blue" failed:\none\ntwo');
  });

  it("does not repeat to a person what was shown", () => {
    const told = { ...context, errors: ["one", "two"] };
    expect(explainFailure(failure("error: update failed"), { ...told, repeat: true })).toBe(
      'up of stack "blue" failed:\none\ntwo',
    );
    expect(explainFailure(failure("error: update failed"), told)).toBe(
      'up of stack "blue" failed; the errors are above. Once they are repaired, run the same command again.',
    );
  });

  it.each([
    'could not be built: Get "https://registry/v2/": dial tcp: lookup registry: no such host',
    "pull access denied for does-not-exist/at-all, repository does not exist or may require 'docker login'",
    "failed to solve: does-not-exist/at-all:1: failed to resolve source metadata for docker.io/does-not-exist/at-all:1",
    "manifest for debian:none not found: manifest unknown: manifest unknown",
  ])("an image that cannot be had names it and the way out: %s", (error) => {
    const environment = { POSTGRES_HA_BASE_IMAGE: "does-not-exist/at-all:1" };
    const told = { ...context, errors: [`etcd-image: ${error}`], environment };
    const named = /built from does-not-exist\/at-all:1 \(POSTGRES_HA_BASE_IMAGE\)\. Correct or unset.*docker load/;
    expect(explainFailure(failure("error: update failed"), told)).toMatch(named);
    expect(explainFailure(failure("error: update failed"), { ...told, repeat: true })).toMatch(named);
    expect(explainFailure(failure("error: update failed"), { ...told, environment: {} })).toContain("images/pins.json");
  });

  it("a build that fails for another reason gets no advice about images", () => {
    const errors = ["etcd-image: could not be built: apt-get: connection refused by mirror"];
    expect(explainFailure(failure("error: update failed"), { ...context, errors })).not.toContain("images");
  });
});

it.each([
  [new CliError("no"), "no"],
  [new Error("no engine"), "no engine"],
  ["text", "text"],
])("passes %s on without a stack", (error, text) => {
  expect(explainFailure(error, context)).toBe(text);
});

it("keeps the stack of a defect of this tool", () => {
  expect(explainFailure(new TypeError("x is not a function"), context)).toContain("failures.test.ts");
});
