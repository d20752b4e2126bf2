import { CustomResource } from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { RandomPassword, type RandomPasswordArgs, RandomUuid } from "@pulumi/random";
import { compare } from "bcryptjs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../fixtures/stand-ins/engine.ts";

/** A resource whose inputs are not those that the npm package lets through. */
class Plain extends CustomResource {}

describe("the stand-in for the random provider", () => {
  let engine: Engine;
  let stack: Stack;
  let args: RandomPasswordArgs = { length: 24, special: false, minUpper: 3 };
  let extra: () => unknown = () => undefined;
  let importId: string | undefined;

  beforeAll(async () => {
    engine = await Engine.start("random");
    stack = await engine.stack(async () => {
      const password = new RandomPassword("password", args, importId === undefined ? {} : { import: importId });
      extra();
      return { result: password.result, bcryptHash: password.bcryptHash };
    });
  });
  afterAll(async () => {
    await stack.destroy();
    await engine.remove();
  });

  const outputs = async () => {
    const all = await stack.outputs();
    return { result: String(all.result?.value), bcryptHash: String(all.bcryptHash?.value), secret: all.result?.secret };
  };

  it("makes a password as asked for, with its hash", async () => {
    expect((await stack.preview()).changeSummary.create).toBe(2);
    await stack.up();
    const { result, bcryptHash, secret } = await outputs();
    expect(result).toMatch(/^[A-Za-z0-9]{24}$/);
    expect(result.match(/[A-Z]/g)?.length).toBeGreaterThanOrEqual(3);
    expect(await compare(result, bcryptHash)).toBe(true);
    expect(secret).toBe(true);
  });

  it("keeps neither in clear in the state", async () => {
    const { result, bcryptHash } = await outputs();
    const state = await engine.stateText();
    expect(state).not.toContain(result);
    expect(state).not.toContain(bcryptHash);
    expect((await engine.resourceOf("RandomPassword")).id).toBe("none");
  });

  it("changes nothing in a second run and in a refresh", async () => {
    expect((await stack.up()).summary.resourceChanges).toEqual({ same: 2 });
    expect((await stack.refresh()).summary.resourceChanges).toEqual({ same: 2 });
    const { result } = await outputs();
    expect(await engine.stateText()).not.toContain(result);
  });

  it("makes a new one when an input changes, also through a keeper", async () => {
    const { result } = await outputs();
    args = { ...args, keepers: { generation: "2" } };
    expect((await stack.up()).summary.resourceChanges).toEqual({ same: 1, replace: 1 });
    expect((await outputs()).result).not.toBe(result);
  });

  it("refuses an input that it does not know, and names the nearest", async () => {
    extra = () => new Plain("random:index/randomPassword:RandomPassword", "other", { length: 9, minUper: 1 });
    await expect(stack.up()).rejects.toThrow(/minUper.*did you mean "minUpper"/s);
  });

  it("refuses a type that it lacks, and says the way out", async () => {
    extra = () => new RandomUuid("other");
    await expect(stack.up()).rejects.toThrow(/no resource type random:index\/randomUuid.*pulumi plugin install/s);
    extra = () => undefined;
  });

  it("takes a password that exists over", async () => {
    await stack.destroy();
    args = { length: 9 };
    importId = "Imported1";
    await stack.up();
    expect((await outputs()).result).toBe("Imported1");
    expect((await engine.resourceOf("RandomPassword")).outputs?.result).toHaveProperty("ciphertext");
  });
});
