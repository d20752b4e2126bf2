import { expect, it } from "vitest";
import { planImage, readPins } from "./images.ts";

it.each([
  [false, false, "pull, else make"],
  [true, false, "use official"],
  [false, true, "use local"],
  [true, true, "use local"],
])("with the official image %s and ours %s: %s", (official, local, plan) => {
  expect(planImage({ official, local })).toBe(plan);
});

it("pins the official images by digest", async () => {
  const pins = await readPins();
  expect(pins.debian).toMatch(/trixie.*@sha256:[0-9a-f]{64}$/);
  expect(pins.minio).toMatch(/@sha256:[0-9a-f]{64}$/);
});
