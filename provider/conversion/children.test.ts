import { describe, expect, it } from "vitest";
import { childCount, childrenFor } from "./children.ts";

const now = new Date("2025-03-15T10:30:00Z");
const seconds = (text: string) => String(Date.parse(text) / 1000);
const monthly = { table: "orders", interval: "month", names: "_y{YYYY}m{MM}", ahead: 2 } as const;

describe("childrenFor", () => {
  it("covers the values, now, and what is ahead", () => {
    const values = { first: seconds("2024-12-31T23:59:59.999Z"), last: seconds("2025-01-01T00:00:00Z") };
    const children = childrenFor(monthly, "timestamp with time zone", values, now);
    expect(children.map(({ name }) => name)).toEqual([
      ...["orders_y2024m12", "orders_y2025m01", "orders_y2025m02", "orders_y2025m03"],
      ...["orders_y2025m04", "orders_y2025m05"],
    ]);
    expect(children[0]).toEqual({
      name: "orders_y2024m12",
      from: "2024-12-01 00:00:00+00",
      to: "2025-01-01 00:00:00+00",
    });
  });

  it("covers values that are later than now", () => {
    const values = { first: seconds("2025-03-01T00:00:00Z"), last: seconds("2025-06-30T00:00:00Z") };
    expect(childrenFor({ ...monthly, ahead: 1 }, "date", values, now).at(-1)).toEqual({
      name: "orders_y2025m07",
      from: "2025-07-01",
      to: "2025-08-01",
    });
  });

  it("has no time zone for a timestamp without one", () => {
    const [child] = childrenFor(
      { ...monthly, interval: "day", names: "pg_partman" },
      "timestamp without time zone",
      undefined,
      now,
    );
    expect(child).toEqual({ name: "orders_p20250315", from: "2025-03-15 00:00:00", to: "2025-03-16 00:00:00" });
  });

  it("cuts numbers, negative ones too, and those that no double holds", () => {
    const ranges = { table: "t", interval: { range: 10 }, names: "pg_partman", ahead: 1 };
    expect(childrenFor(ranges, "bigint", { first: "-5", last: "12" }, now).map(({ from, to }) => [from, to])).toEqual([
      ...[
        ["-10", "0"],
        ["0", "10"],
        ["10", "20"],
        ["20", "30"],
      ],
    ]);
    const far = childrenFor(
      { ...ranges, ahead: 0 },
      "bigint",
      { first: "9007199254740993", last: "9007199254740993" },
      now,
    );
    expect(far).toEqual([{ name: "t_p9007199254740990", from: "9007199254740990", to: "9007199254741000" }]);
    expect(childrenFor(ranges, "bigint", undefined, now)).toHaveLength(2);
  });
});

describe("childCount", () => {
  it("knows how many there would be without listing them", () => {
    const ages = { first: seconds("1970-01-01T00:00:00Z"), last: String(253402300799) };
    expect(childCount({ ...monthly, interval: "hour" }, ages, now)).toBeGreaterThan(70_000_000);
    const never = { first: seconds("9999-12-31T00:00:00Z"), last: seconds("9999-12-31T00:00:00Z") };
    expect(childCount(monthly, never, now)).toBeGreaterThan(90_000); // from now on
    const all = { first: String(-(2n ** 63n)), last: String(2n ** 63n - 1n) };
    expect(childCount({ ...monthly, interval: { range: 2 } }, all, now)).toBeGreaterThan(1e18);
  });
});
