import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkRecipe, passwordOf, recipeOf } from "./password.ts";

describe("a password", () => {
  it("has its length, the least of each class, and nothing of a class that is off", () => {
    const least = fc.nat({ max: 5 });
    fc.assert(
      fc.property(
        fc.integer({ min: 20, max: 64 }),
        least,
        least,
        least,
        fc.boolean(),
        (length, lower, upper, digits, special) => {
          const inputs = { length, minLower: lower, minUpper: upper, minNumeric: digits, special };
          const password = passwordOf(recipeOf(inputs));
          const count = (class_: RegExp) => password.match(class_)?.length ?? 0;
          expect(password).toHaveLength(length);
          expect(count(/[a-z]/g)).toBeGreaterThanOrEqual(lower);
          expect(count(/[A-Z]/g)).toBeGreaterThanOrEqual(upper);
          expect(count(/[0-9]/g)).toBeGreaterThanOrEqual(digits);
          if (!special) expect(count(/[^A-Za-z0-9]/g)).toBe(0);
        },
      ),
    );
  });

  it("takes the special characters that are given, and the older name of numeric", () => {
    const only = { length: 30, lower: false, upper: false, overrideSpecial: "_" };
    expect(passwordOf(recipeOf({ ...only, numeric: false }))).toBe("_".repeat(30));
    expect(passwordOf(recipeOf({ ...only, number: false }))).toBe("_".repeat(30));
  });

  it.each([
    [{ length: 0 }, /1 or more/],
    [{ length: 3, minLower: 2, minUpper: 2 }, /length is 3.*add up to 4/],
    [{ length: 8, lower: false, upper: false, numeric: false, special: false }, /at least one/],
    [{ length: 1.5 }, /whole number/],
    [{ length: 8, upper: "yes" }, /true or false/],
  ])("is refused for %j", (inputs, reason) => {
    expect(checkRecipe(inputs)[0]?.reason).toMatch(reason);
  });
});
