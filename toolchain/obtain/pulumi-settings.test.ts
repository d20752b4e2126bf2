import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { passphraseFile, planState, stateVariables } from "./pulumi-settings.ts";

describe("planState", () => {
  it.each([
    ["has nothing", {}, undefined, true, true],
    ["is logged in", {}, "https://api.pulumi.com", false, false],
    ["has a token", { PULUMI_ACCESS_TOKEN: "t" }, undefined, false, false],
    ["names a backend", { PULUMI_BACKEND_URL: "s3://b" }, undefined, false, false],
    ["has a passphrase", { PULUMI_CONFIG_PASSPHRASE: "p" }, undefined, true, false],
    ["has an empty passphrase", { PULUMI_CONFIG_PASSPHRASE: "" }, undefined, true, false],
    ["has a passphrase file", { PULUMI_CONFIG_PASSPHRASE_FILE: "/p" }, undefined, true, false],
  ])("of a user who %s", (_, env, login, ourBackend, ourPassphrase) => {
    expect(planState({ env, login })).toEqual({ ourBackend, ourPassphrase });
  });
});

describe("the passphrase", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "state-"));
  });
  afterEach(() => rm(folder, { recursive: true }));

  it("is made once, for its owner only", async () => {
    const env = { PULUMI_HOME: folder };
    const state = join(folder, "state");
    const first = await stateVariables(state, env);
    expect(first).toEqual({
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE_FILE: join(state, "passphrase"),
    });
    const passphrase = await readFile(join(state, "passphrase"), "utf8");
    expect(passphrase.length).toBeGreaterThan(40);
    expect((await stat(join(state, "passphrase"))).mode & 0o777).toBe(0o600);
    expect((await stat(state)).mode & 0o777).toBe(0o700);

    await stateVariables(state, env);
    expect(await readFile(join(state, "passphrase"), "utf8")).toBe(passphrase);
  });

  it("is the same for runs at the same time", async () => {
    const paths = await Promise.all([passphraseFile(folder), passphraseFile(folder)]);
    expect(new Set(paths).size).toBe(1);
  });

  it("is not replaced while stacks need the old one", async () => {
    await mkdir(join(folder, ".pulumi/stacks/project"), { recursive: true });
    await expect(passphraseFile(folder)).rejects.toThrow("is missing, and the stacks");
  });

  it("is left to a user who is logged in", async () => {
    await writeFile(join(folder, "credentials.json"), '{"current":"https://api.pulumi.com"}');
    expect(await stateVariables(join(folder, "state"), { PULUMI_HOME: folder })).toEqual({});
  });
});
