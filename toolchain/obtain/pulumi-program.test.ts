import { describe, expect, it } from "vitest";
import { foldersOfTheUser, type PulumiFound, type PulumiPlan, planPulumi } from "./pulumi-program.ts";

const nothing: PulumiFound = {
  onPath: undefined,
  languageHost: false,
  downloaded: undefined,
  built: undefined,
  go: undefined,
};

describe("planPulumi", () => {
  it.each<[string, Partial<PulumiFound>, PulumiPlan]>([
    ["an installed Pulumi", { onPath: "/bin/pulumi", languageHost: true }, { use: "/bin/pulumi", standIns: false }],
    ["one without its language host", { onPath: "/bin/pulumi" }, { use: "/bin/pulumi", standIns: true }],
    [
      "an installed one before ours",
      { onPath: "/bin/pulumi", languageHost: true, downloaded: "/d", built: "/b" },
      { use: "/bin/pulumi", standIns: false },
    ],
    ["a downloaded one before a built one", { downloaded: "/d", built: "/b" }, { use: "/d", standIns: false }],
    ["a built one", { built: "/b", go: "/go" }, { use: "/b", standIns: true }],
    ["nothing but Go", { go: "/go" }, { tryTo: ["download", "build"] }],
    ["nothing at all", {}, { tryTo: ["download"] }],
  ])("%s", (_, found, expected) => {
    expect(planPulumi({ ...nothing, ...found })).toEqual(expected);
  });
});

describe("foldersOfTheUser", () => {
  it("leaves out what an earlier run of ours put on PATH", () => {
    const here = {
      cache: "/cache",
      shims: "/clone/node_modules/.cache/bin",
      plugins: "/clone/node_modules/.cache/plugins",
    };
    const path = "/clone/node_modules/.cache/bin:/cache/pulumi/3.256.0-built:/usr/bin::/cache-of-another";
    expect(foldersOfTheUser(path, here)).toEqual(["/usr/bin", "/cache-of-another"]);
  });
});
