import { expect, it } from "vitest";
import { OwnObjects } from "./own-objects.ts";
import { withPatience } from "./patience.ts";

it("repeats what passes, and gives up in time with the last error", async () => {
  let attempts = 0;
  const work = async () => {
    attempts += 1;
    if (attempts < 2) throw new Error("starting up");
    return "done";
  };
  expect(await withPatience(work, () => true, 1000)).toBe("done");
  await expect(
    withPatience(
      () => Promise.reject(new Error("still down")),
      () => true,
      300,
    ),
  ).rejects.toThrow("still down");
});

it("ends at once, with the last error, when the run is cancelled", async () => {
  const cancelled = new AbortController();
  const since = performance.now();
  const waiting = withPatience(
    () => Promise.reject(new Error("still down")),
    () => true,
    60_000,
    cancelled.signal,
  );
  setTimeout(() => cancelled.abort(), 20);
  await expect(waiting).rejects.toThrow("still down");
  expect(performance.now() - since).toBeLessThan(5000);
});

it("does not repeat what stays wrong", async () => {
  let attempts = 0;
  const work = async () => {
    attempts += 1;
    throw new Error("wrong password");
  };
  await expect(withPatience(work, () => false)).rejects.toThrow("wrong password");
  expect(attempts).toBe(1);
});

it("knows an object of this run by its type and id", () => {
  const own = new OwnObjects();
  own.made("role", "app");
  expect(own.includes("role", "app")).toBe(true);
  expect(own.includes("database", "app")).toBe(false);
});
