import { describe, expect, it } from "vitest";
import { difference } from "../framework/diff.ts";
import { unknownValue } from "../framework/values.ts";
import { container } from "./container.ts";
import { checkContainer } from "./container-inputs.ts";

const base = { name: "a", image: "sha256:1" };
const changed = (olds: object, news: object) => difference(container, { ...base, ...olds }, { ...base, ...news });

describe("what the real provider's schema says of a container", () => {
  it.each(["memory", "memorySwap", "cpuShares", "maxRetryCount", "destroyGraceSeconds", "waitTimeout"])(
    "%s changes in place",
    (key) => expect(changed({ [key]: 1 }, { [key]: 2 }).replaces).toEqual([]),
  );
  it.each([
    ["restart", "no", "always"],
    ["mustRun", false, true],
    ["cpuSet", "0", "0-1"],
  ])("%s changes in place", (key, before, after) => {
    const found = changed({ [key]: before }, { [key]: after });
    expect(Object.keys(found.changes)).toEqual([key]);
    expect(found.replaces).toEqual([]);
  });

  it.each([
    ["image", "x"],
    ["envs", ["A=1"]],
    ["command", ["ls"]],
    ["uploads", [{ file: "/a", content: "b" }]],
    ["healthcheck", { tests: ["CMD", "ls"] }],
    ["ports", [{ internal: 1 }]],
    ["labels", [{ label: "a", value: "b" }]],
    ["networksAdvanced", [{ name: "n" }]],
    ["shmSize", 64],
    ["cpus", "0.5"],
  ])("%s replaces, the old one removed first", (key, value) => {
    expect(changed({}, { [key]: value })).toMatchObject({ replaces: [key], deleteBeforeReplace: true });
  });

  it.each([
    ["ports", [{ internal: 1 }], [{ internal: 1, ip: "0.0.0.0", protocol: "tcp" }]],
    ["envs", ["A=1", "B=2"], ["B=2", "A=1"]],
    ["healthcheck", { tests: ["CMD", "ls"], interval: "60s" }, { tests: ["CMD", "ls"], interval: "1m", retries: 0 }],
    ["healthcheck", {}, undefined],
    ["capabilities", { drops: ["ALL", "X"] }, { adds: [], drops: ["X", "ALL"] }],
    ["networksAdvanced", [{ name: "n", aliases: ["a", "b"] }], [{ name: "n", aliases: ["b", "a"] }]],
    ["uploads", [{ file: "/a", content: "b" }], [{ file: "/a", content: "b", executable: false }]],
    ["networkMode", undefined, "bridge"],
    ["restart", undefined, "no"],
  ])("two spellings of %s are equal", (key, one, other) => {
    expect(changed({ [key]: one }, { [key]: other }).changes).toEqual({});
    expect(changed({ [key]: other }, { [key]: one }).changes).toEqual({});
  });

  it("counts what is not known yet as changed, at every depth", () => {
    const health = { tests: ["CMD", "ls"], interval: "1s" };
    expect(changed({ healthcheck: health }, { healthcheck: { ...health, interval: unknownValue } }).replaces).toEqual([
      "healthcheck",
    ]);
    expect(changed({ envs: ["A=1"] }, { envs: [unknownValue] }).replaces).toEqual(["envs"]);
  });
});

describe("checkContainer", () => {
  it.each([
    [{ restart: "allways" }, 'restart is "allways"; allowed are no, on-failure, always, unless-stopped'],
    [{ rm: true, restart: "always" }, "choose one"],
    [
      { healthcheck: { tests: [], interval: "5 seconds" } },
      'healthcheck.interval is "5 seconds"; a duration is allowed',
    ],
    [{ uploads: [{ file: "/a" }] }, "has none of content, contentBase64 and source"],
    [{ uploads: [{ file: "/a", content: "b", source: "c" }] }, "has content and source; exactly one is allowed"],
    [{ uploads: [{ file: "a", content: "" }] }, "absolute path"],
    [{ uploads: [{ file: "/a", content: "", permissions: "rw" }] }, 'permissions "rw" are no octal mode'],
    [{ uploads: [{ file: "/a", content: "", owner: "postgres" }] }, 'owner "postgres" is no number'],
    [{ memory: "64" }, "memory is a string; a number is allowed"],
  ])("refuses %j", (inputs, reason) => {
    const failures = checkContainer(inputs);
    expect(failures).toHaveLength(1);
    expect(failures[0]?.reason).toContain(reason);
  });

  it("never shows the content of an upload", () => {
    const failures = checkContainer({ uploads: [{ file: "/a", content: "topsecret", contentBase64: "dG9wc2VjcmV0" }] });
    expect(JSON.stringify(failures)).not.toMatch(/topsecret|dG9wc2VjcmV0/);
  });
});
