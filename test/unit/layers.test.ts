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

/** What an SDK of an environment, or the code of a platform, is to be imported from: nothing else knows where a service runs. */
const homes: readonly { knows: RegExp; home: RegExp }[] = [
  { knows: /^@pulumi\/docker(\/|$)|^dockerode$/, home: /^platforms\/(docker|machines)\// },
  { knows: /^@pulumi\/kubernetes(\/|$)/, home: /^platforms\/kubernetes\// },
  { knows: /^@pulumi\/aws(\/|$)/, home: /^stacks\/aws[./]/ },
  { knows: /^platforms\/(docker|machines)\//, home: /^(platforms\/(docker|machines)|stacks)\// },
  { knows: /^platforms\/kubernetes\//, home: /^(platforms\/kubernetes|stacks)\// },
];

/** The lines of the library that know where a service runs. */
const knowing = () =>
  ["components", "platforms", "stacks"]
    .flatMap(importsOf)
    .filter(({ imported }) => homes.some(({ knows }) => knows.test(imported)));

/** The packages that a file loads, and all that it imports; types are gone by then. */
function packagesOf(file: string, seen = new Set<string>()): Set<string> {
  if (seen.has(file)) return new Set();
  seen.add(file);
  const code = readFileSync(join(root, file), "utf8").replaceAll(/\b(?:import|export) type\b[^;]*;/g, "");
  const named = [...code.matchAll(/\b(?:from|import)\s*["']([^"']+)["']/g)].map(([, name = ""]) => name);
  const packages = named
    .filter((name) => !name.startsWith("."))
    .map((name) => /^(@[^/]+\/)?[^/]+/.exec(name)?.[0] ?? "");
  const files = named
    .filter((name) => name.startsWith("."))
    .map((name) => relative(root, join(root, dirname(file), name)));
  return new Set([...packages, ...files.flatMap((path) => [...packagesOf(path, seen)])]);
}

describe("the layers", () => {
  it("are found", () => {
    const fromComponents = importsOf("components").map(({ imported }) => imported);
    expect(fromComponents).toContain("@pulumi/pulumi");
    expect(fromComponents).toContain("platforms/service.ts");
    expect(fromComponents).toContain("pg");
  });

  it("components know services, and no platform, stack or tool", () => {
    expect(
      reaching("components", /^@pulumi\/(aws|docker|kubernetes)|^dockerode|^(stacks|toolchain|test|bench)\//),
    ).toEqual([]);
    const platforms = importsOf("components").filter(({ imported }) => imported.startsWith("platforms/"));
    expect(new Set(platforms.map(({ imported }) => imported))).toEqual(new Set(["platforms/service.ts"]));
  });

  it("platforms know nothing of what they run", () => {
    const parts = /^components\/(?!arguments\.ts$)|^(stacks|toolchain|test|bench)\//;
    expect(reaching("platforms", parts)).toEqual([]);
  });

  it("nothing but the stack on AWS knows AWS, and that one loads only what it uses", () => {
    expect(["components", "platforms", "policies"].flatMap((folder) => reaching(folder, /^@pulumi\/aws/))).toEqual([]);
    const users = importsOf("stacks").filter(({ imported }) => imported.startsWith("@pulumi/aws"));
    expect(users.map(({ file }) => file).filter((file) => !/^stacks\/aws(\/|\.ts$)/.test(file))).toEqual([]);
    expect(users.filter(({ imported }) => !/^@pulumi\/aws\/(provider|\w+\/(?!index)\w+)\.js$/.test(imported))).toEqual(
      [],
    );
    expect(users.length).toBeGreaterThan(20);
  });

  it("what is imported into other programs needs no tool of this clone", () => {
    expect(reaching("stacks", /^toolchain\/(?!stack-traces\.ts$)|^(test|bench)\//)).toEqual([]);
  });

  it("know where a service runs in no line of components, and in each platform's own folder", () => {
    const lines = knowing();
    expect(lines.filter(({ file }) => file.startsWith("components/"))).toEqual([]);
    const strays = lines.filter(
      ({ file, imported }) => !homes.some(({ knows, home }) => knows.test(imported) && home.test(file)),
    );
    expect(strays).toEqual([]);
    for (const { knows } of homes)
      expect(
        lines.filter(({ imported }) => knows.test(imported)),
        String(knows),
      ).not.toEqual([]);
  });

  it("let an importer load the SDK of the platform that it uses, and no other", () => {
    expect(packagesOf("index.ts")).toContain("@pulumi/docker");
    expect([...packagesOf("index.ts")].filter((name) => /kubernetes|aws/.test(name))).toEqual([]);
    expect(packagesOf("platforms/kubernetes/index.ts")).toContain("@pulumi/kubernetes");
    expect([...packagesOf("platforms/kubernetes/index.ts")].filter((name) => /docker|aws/.test(name))).toEqual([]);
  });

  it("let a stack load the environment that it is in, and no other", () => {
    expect([...packagesOf("stacks/index.ts")].filter((name) => /docker|kubernetes|aws/.test(name))).toEqual([]);
    expect(packagesOf("stacks/local.ts")).toContain("@pulumi/docker");
    expect([...packagesOf("stacks/kubernetes.ts")].filter((name) => /docker|kubernetes|aws/.test(name))).toEqual([
      "@pulumi/kubernetes",
    ]);
  });
});
