import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boundsAt, boundsBetween, rangeBoundsAt, timeUnits } from "./interval.ts";

const moment = fc.date({ min: new Date("0001-01-01Z"), max: new Date("9998-01-01Z"), noInvalidDate: true });
const unit = fc.constantFrom(...timeUnits);

describe("the bounds of a partition", () => {
  it.each([
    ["hour", "2025-03-30T01:59:59.999Z", "2025-03-30T01:00:00.000Z", "2025-03-30T02:00:00.000Z"],
    ["day", "2024-02-29T12:00:00Z", "2024-02-29T00:00:00.000Z", "2024-03-01T00:00:00.000Z"],
    ["week", "2025-01-01T00:00:00Z", "2024-12-30T00:00:00.000Z", "2025-01-06T00:00:00.000Z"],
    ["month", "2024-12-31T23:59:59Z", "2024-12-01T00:00:00.000Z", "2025-01-01T00:00:00.000Z"],
    ["quarter", "2025-06-30T23:00:00Z", "2025-04-01T00:00:00.000Z", "2025-07-01T00:00:00.000Z"],
    ["year", "2025-06-30T23:00:00Z", "2025-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z"],
  ] as const)("of a %s", (unit, at, from, to) => {
    const bounds = boundsAt(unit, new Date(at));
    expect([bounds.from.toISOString(), bounds.to.toISOString()]).toEqual([from, to]);
  });

  it("hold the moment, and meet those of the next partition", () => {
    fc.assert(
      fc.property(unit, moment, (unit, at) => {
        const { from, to } = boundsAt(unit, at);
        expect(from <= at && at < to).toBe(true);
        expect(boundsAt(unit, to).from).toEqual(to);
        expect(boundsAt(unit, new Date(to.getTime() - 1))).toEqual({ from, to });
      }),
    );
  });

  it("of a range hold the number, negative ones too", () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 10 ** 9 }), fc.bigInt(-(2n ** 62n), 2n ** 62n), (range, value) => {
        const { from, to } = rangeBoundsAt(range, value);
        expect(from <= value && value < to && to - from === BigInt(range) && from % BigInt(range) === 0n).toBe(true);
      }),
    );
  });

  it("follow each other without a gap", () => {
    const found = boundsBetween("month", new Date("2024-11-15Z"), new Date("2025-02-01Z"));
    expect(found.map(({ from }) => from.toISOString().slice(0, 7))).toEqual([
      "2024-11",
      "2024-12",
      "2025-01",
      "2025-02",
    ]);
  });
});
