import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, expect, it } from "vitest";
import { makeOnce } from "./once.ts";

let cache: string;
let target: string;
const exists = () =>
  stat(target).then(
    () => true,
    () => false,
  );
beforeEach(async () => {
  cache = await mkdtemp(join(tmpdir(), "once-"));
  target = join(cache, "program");
});
afterEach(() => rm(cache, { recursive: true }));

it("makes a thing once, also when asked twice at the same time", async () => {
  let times = 0;
  const make = async (folder: string) => {
    times++;
    await writeFile(join(folder, "made"), "complete");
    await setTimeout(50);
    return join(folder, "made");
  };
  const made = await Promise.all([makeOnce(target, exists, make), makeOnce(target, exists, make)]);
  expect(made.sort()).toEqual([false, true]);
  expect(times).toBe(1);
  expect(await readFile(target, "utf8")).toBe("complete");
  expect(await makeOnce(target, exists, make)).toBe(false);
});

it("leaves nothing of what failed half way", async () => {
  const fail = async (folder: string) => {
    await writeFile(join(folder, "half"), "");
    throw new Error("no space left");
  };
  await expect(makeOnce(target, exists, fail)).rejects.toThrow("no space left");
  expect(await readdir(cache)).toEqual([]);
});

it("clears what a killed run left", async () => {
  await mkdir(join(cache, ".making-program-killed"));
  await mkdir(join(cache, ".making-another-running"));
  await makeOnce(target, exists, async (folder) => {
    await writeFile(join(folder, "made"), "");
    return join(folder, "made");
  });
  expect((await readdir(cache)).sort()).toEqual([".making-another-running", "program"]);
});
