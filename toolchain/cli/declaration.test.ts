import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { declarationHash } from "./declaration.ts";

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "declaration-"));
  for (const folder of ["stacks", "docs"]) mkdirSync(join(root, folder));
  write("stacks/index.ts", "one");
});

afterEach(() => rmSync(root, { recursive: true }));

const write = (path: string, text: string) => writeFileSync(join(root, path), text);
const hash = (stack = "blue", env = {}) => declarationHash({ clone: root, root }, stack, env);

describe("what a stack declares", () => {
  it.each([
    ["the program", () => write("stacks/index.ts", "two")],
    ["a new file of it", () => write("stacks/other.ts", "")],
    ["the stack's settings", () => write("Pulumi.blue.yaml", "config: { a: b }")],
    ["what its policies are set to", () => write("policy-config.blue.json", "{}\n")],
  ])("changes with %s", (_, change) => {
    const before = hash();
    change();
    expect(hash()).not.toBe(before);
  });

  it.each([
    ["the salt that Pulumi adds", () => write("Pulumi.blue.yaml", "encryptionsalt: v1:abc\n")],
    ["another stack's settings", () => write("Pulumi.green.yaml", "config: { a: b }")],
    ["tests and pages", () => ["stacks/index.test.ts", "docs/page.md"].map((path) => write(path, "new"))],
  ])("stays with %s", (_, change) => {
    const before = hash();
    change();
    expect(hash()).toBe(before);
  });

  it("is, of an example, both its own program and what that imports", () => {
    mkdirSync(join(root, "examples/sagaz"), { recursive: true });
    const ofExample = () => declarationHash({ clone: root, root: join(root, "examples/sagaz") }, "blue", {});
    const before = [ofExample(), hash()];
    write("examples/sagaz/index.ts", "one");
    expect(ofExample()).not.toBe(before[0]);
    expect(hash()).toBe(before[1]);
    const written = ofExample();
    write("stacks/index.ts", "two");
    expect(ofExample()).not.toBe(written);
  });

  it("differs between stacks, and with the images that the environment names", () => {
    expect(hash("green")).not.toBe(hash("blue"));
    expect(hash("blue", { POSTGRES_HA_BASE_IMAGE: "other" })).not.toBe(hash("blue", { PATH: "/bin" }));
  });
});
