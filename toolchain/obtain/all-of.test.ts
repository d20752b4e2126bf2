import { setTimeout } from "node:timers/promises";
import { expect, it } from "vitest";
import { allOf } from "./all-of.ts";

it("gives the results in their order", async () => {
  expect(await allOf([setTimeout(5, "slow"), "fast", undefined])).toEqual(["slow", "fast", undefined]);
});

it("waits for what still runs before it throws", async () => {
  let ended = false;
  const slow = setTimeout(20).then(() => {
    ended = true;
  });
  await expect(allOf([slow, Promise.reject(new Error("no engine"))])).rejects.toThrow("no engine");
  expect(ended).toBe(true);
});

it("tells each failure once", async () => {
  const engine = Promise.reject(new Error("no engine"));
  const work = [engine, engine, Promise.reject(new Error("no Go"))];
  await expect(allOf(work)).rejects.toThrow(/^no engine\n\nno Go$/);
});
