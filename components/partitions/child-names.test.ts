import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { childName, childSuffix, longestSuffix, ownNames, patternProblem, toCharFormat } from "./child-names.ts";
import { boundsAt, timeUnits } from "./interval.ts";

describe("the names of children", () => {
  it.each([
    ["_y{YYYY}m{MM}", "month", "2025-01-01Z", "t_y2025m01"],
    ["_y{YYYY}m{MM}d{DD}", "day", "2025-01-15Z", "t_y2025m01d15"],
    ["_{YYYY}", "year", "2026-01-01Z", "t_2026"],
    ["_{YYYY}q{Q}", "quarter", "2025-10-01Z", "t_2025q4"],
    ["_{IYYY}w{IW}", "week", "2024-12-30Z", "t_2025w01"],
    ["_{IYYY}w{IW}", "week", "2020-12-28Z", "t_2020w53"],
    ["_{YYYY}{MM}{DD}{HH}", "hour", "2025-01-15T07:00Z", "t_2025011507"],
    [ownNames, "month", "2025-01-01Z", "t_p20250101"],
    [ownNames, "hour", "2025-01-15T07:00Z", "t_p20250115_070000"],
  ] as const)("%s of a %s", (pattern, interval, from, name) => {
    expect(patternProblem(pattern, interval)).toBeUndefined();
    expect(childName("t", pattern, interval, new Date(from))).toBe(name);
  });

  it("of a range hold its first value", () => {
    expect(childName("t", "_from_{START}", { range: 100 }, 1200n)).toBe("t_from_1200");
    expect(childName("t", ownNames, { range: 100 }, 0n)).toBe("t_p0");
  });

  it.each([
    [
      "_y{YYYY}",
      "month",
      /two partitions of one month would both be called "_y\{YYYY\}"; it has to hold \{YYYY\} and \{MM\}$/,
    ],
    ["_m{MM}", "month", /two partitions/],
    ["_{YYYY}{MM}{DD}", "hour", /\{HH\}/],
    ["_{YYYY}{IW}", "week", /\{IYYY\} and \{IW\}, or \{YYYY\} and \{MM\} and \{DD\}/],
    ["_{YYYY}", { range: 10 }, /a range of 10.*\{START\}/],
    ["_{YYYY}{START}", "year", /\{START\} in .* means nothing for one year/],
    ["_{YY}", "year", /\{YY\} in "_\{YY\}" is not known; known are \{YYYY\}/],
    ["{YYYY}", "year", /starts with _/],
    ["_Y{YYYY}", "year", /lower-case/],
    ["_{YYYY", "year", /lower-case/],
  ] as const)("refuse %s of %j", (pattern, interval, message) => {
    expect(patternProblem(pattern, interval)).toMatch(message);
  });

  it("are different for different partitions", () => {
    const patterns = {
      hour: "_{YYYY}{MM}{DD}{HH}",
      day: "_{YYYY}{MM}{DD}",
      week: "_{IYYY}{IW}",
      month: "_{YYYY}{MM}",
      quarter: "_{YYYY}{Q}",
      year: "_{YYYY}",
    };
    const moment = fc.date({ min: new Date("1000-01-01Z"), max: new Date("9998-01-01Z"), noInvalidDate: true });
    fc.assert(
      fc.property(fc.constantFrom(...timeUnits), moment, moment, fc.boolean(), (unit, one, other, own) => {
        const pattern = own ? ownNames : patterns[unit];
        const [a, b] = [one, other].map((at) => boundsAt(unit, at).from);
        if (a === undefined || b === undefined) return;
        const names = [a, b].map((from) => childSuffix(pattern, unit, from));
        expect(names[0] === names[1]).toBe(a.getTime() === b.getTime());
        expect(names.every((name) => name.length <= longestSuffix(pattern, unit))).toBe(true);
      }),
    );
  });

  it("are a format of to_char", () => {
    expect(toCharFormat("_y{YYYY}m{MM}")).toBe('"_y"YYYY"m"MM');
    expect(toCharFormat("_{YYYY}")).toBe('"_"YYYY');
    expect(toCharFormat("_{YYYY}{MM}{DD}{HH}")).toBe('"_"YYYYMMDDHH24');
  });
});
