import { describe, expect, it } from "vitest";
import { keptText, retentionProblem } from "./retention.ts";

describe("retention", () => {
  it.each([
    [12, "month", "12 months"],
    [1, "day", "1 day"],
    [4, "quarter", "12 months"],
    ["2 quarters", "month", "6 months"],
    ["30 days", "day", "30 days"],
    [3, { range: 1_000_000 }, "3000000"],
  ] as const)("of %j in a table by %j keeps %s", (keep, interval, text) => {
    expect(keptText({ keep, action: "drop" }, interval)).toBe(text);
  });

  it.each([
    ["30 days", "month"],
    ["6 days", "week"],
    ["23 hours", "day"],
    ["11 months", "year"],
    ["91 days", "quarter"],
    ["365 days", "year"],
  ] as const)("of %s is refused for partitions of a %s", (keep, interval) => {
    expect(retentionProblem({ keep, action: "drop" }, interval)).toMatch(`"${keep}" is shorter than a ${interval}`);
  });

  it.each([
    ["31 days", "month"],
    ["1 week", "week"],
    ["12 months", "year"],
    ["1 month", "week"],
    ["4 quarters", "year"],
    [1, "year"],
  ] as const)("of %s is fine for partitions of a %s", (keep, interval) => {
    expect(retentionProblem({ keep, action: "drop" }, interval)).toBeUndefined();
  });

  it("of a range is a number of partitions", () => {
    expect(retentionProblem({ keep: "30 days", action: "drop" }, { range: 10 })).toMatch("keep a number of partitions");
  });
});
