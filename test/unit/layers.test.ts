import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../support/command.ts";

/** What the files of a folder import, tests left out: packages as they are named, files relative to the clone. */
function importsOf(folder: string): { file: string; imported: string }[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".ts") && !path.endsWith(".test.ts"))
    .map((path) => join(folder, path));
  return files.flatMap((file) =>
    [...readFileSync(join(root, file), "utf8").matchAll(/\b(?:from|import)\s*\(?\s*["']([^"']+)["']/g)].map(
      ([, named = ""]) => ({
        file,
        imported: named.startsWith(".") ? relative(root, join(root, dirname(file), named)) : named,
      }),
    ),
  );
}

const reaching = (folder: string, forbidden: RegExp) =>
  importsOf(folder)
    .filter(({ imported }) => forbidden.test(imported))
    .map(({ file, imported }) => `${file} imports ${imported}`);

describe("the layers", () => {
  it("are found", () => {
    const fromComponents = importsOf("components").map(({ imported }) => imported);
    expect(fromComponents).toContain("@pulumi/pulumi");
    expect(fromComponents).toContain("platforms/service.ts");
    expect(fromComponents).toContain("pg");
  });

  it("components know services, and no platform, stack or tool", () => {
    expect(reaching("components", /^@pulumi\/(docker|kubernetes)|^dockerode|^(stacks|toolchain|test|bench)\//)).toEqual(
      [],
    );
    const platforms = importsOf("components").filter(({ imported }) => imported.startsWith("platforms/"));
    expect(new Set(platforms.map(({ imported }) => imported))).toEqual(new Set(["platforms/service.ts"]));
  });

  it("platforms know nothing of what they run", () => {
    const parts = /^components\/(?!arguments\.ts$)|^(stacks|toolchain|test|bench)\//;
    expect(reaching("platforms", parts)).toEqual([]);
  });

  it("what is imported into other programs needs no tool of this clone", () => {
    expect(reaching("stacks", /^toolchain\/(?!stack-traces\.ts$)|^(test|bench)\//)).toEqual([]);
  });
});
