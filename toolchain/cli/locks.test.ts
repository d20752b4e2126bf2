import { mkdtemp, readdir, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { describe, expect, it } from "vitest";
import { type Host, isAbandoned, type Lock, parseLocks, releaseLock, startIn, thisHost } from "./locks.ts";

const lock: Lock = {
  url: "file:///state/.pulumi/locks/organization/p/local/a1.json",
  user: "ann",
  host: "here",
  pid: 42,
  since: "2026-03-01T10:00:00Z",
};
const at = Date.parse(lock.since);
const host = (start: number | undefined): Host => ({ name: "here", startOf: () => start });

it("reads who holds a stack from Pulumi's message", () => {
  const message =
    "error: the stack is currently locked by 2 lock(s). Either wait for the other process(es) to end or delete the " +
    `lock file with \`pulumi cancel\`.\n  ${lock.url}: created by ann@here (pid 42) at ${lock.since}\n` +
    "  file:///b.json: created by CORP\\bob smith@there (pid 7) at 2026-03-01T10:00:00+01:00\n";
  expect(parseLocks(message)).toEqual([
    lock,
    { url: "file:///b.json", user: "CORP\\bob smith", host: "there", pid: 7, since: "2026-03-01T10:00:00+01:00" },
  ]);
  expect(parseLocks("error: something else")).toEqual([]);
});

describe("a lock counts as abandoned", () => {
  it.each<[string, Partial<Lock>, number | undefined, boolean]>([
    ["when its process is gone", {}, undefined, true],
    ["when its number belongs to a later process", {}, at + 60_000, true],
    ["not while its process runs", {}, at - 60_000, false],
    ["not when the clocks differ by a moment", {}, at + 1000, false],
    ["not when the start is unknown", {}, Number.NaN, false],
    ["not on another host", { host: "there" }, undefined, false],
    ["not in a bucket", { url: "s3://bucket/a1.json" }, undefined, false],
  ])("%s", (_, more, start, expected) => {
    expect(isAbandoned({ ...lock, ...more }, host(start))).toBe(expected);
  });
});

it("knows this process from one that never was", () => {
  expect(thisHost.startOf(2 ** 22 + 1)).toBeUndefined();
  const start = thisHost.startOf(process.pid);
  if (process.platform === "linux")
    expect(Math.abs((start ?? 0) - (Date.now() - process.uptime() * 1000))).toBeLessThan(2000);
});

it("takes a killed process that nobody has taken note of for gone", () => {
  const stat = (state: string) => `42 (a (b) c) ${state} 1 42 42 0 -1 4194560 0 0 0 0 0 0 0 0 20 0 1 0 250 0 0`;
  const boot = "cpu 1 2\nbtime 1000\n";
  expect(startIn(stat("S"), boot)).toBe(1_002_500);
  expect(startIn(stat("Z"), boot)).toBeUndefined();
  expect(startIn("", "")).toBeNaN();
});

it("removes the abandoned lock and no other", async () => {
  const folder = await mkdtemp(join(tmpdir(), "lock of a "));
  for (const name of ["dead.json", "dead.json.attrs", "live.json"]) await writeFile(join(folder, name), "{}");
  const dead = { ...lock, url: pathToFileURL(join(folder, "dead.json")).href };
  await releaseLock(dead);
  await releaseLock(dead);
  expect(await readdir(folder)).toEqual(["live.json"]);
});
