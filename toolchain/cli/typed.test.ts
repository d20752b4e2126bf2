import { expect, it } from "vitest";
import { type Target, typed } from "./typed.ts";

it.each<[Target, string]>([
  [{ stack: "local" }, "npm run outputs -- --show-secrets"],
  [{ stack: "blue" }, "npm run outputs -- --stack blue --show-secrets"],
  [{ stack: "sagaz", example: "sagaz" }, "npm run example -- sagaz outputs --show-secrets"],
  [{ stack: "blue", example: "sagaz" }, "npm run example -- sagaz outputs --stack blue --show-secrets"],
])("of %o", (target, text) => {
  expect(typed("outputs", target, "--show-secrets")).toBe(text);
});

it("has no -- with nothing behind it", () => {
  expect(typed("up", { stack: "local" })).toBe("npm run up");
});
