import { describe, expect, it } from "vitest";
import { convert } from "../../components/partitions/convert.ts";
import { beforeText, differenceText, progressText } from "./report.ts";
import type { ConversionSpec } from "./spec.ts";

const spec: ConversionSpec = {
  schema: "public",
  table: "orders",
  column: "created_at",
  interval: "month",
  names: "pg_partman",
  ahead: 2,
  defaultPartition: true,
  convert: convert.parse({}),
};

describe("progressText", () => {
  it("says how far it is, how fast, and how long it takes yet", () => {
    expect(progressText(spec, { copied: 250, total: 1000, share: 0.25, seconds: 10 })).toBe(
      "public.orders: 250 of about 1000 rows copied (25 %), 25 a second, about 30 s left",
    );
    expect(progressText(spec, { copied: 0, total: 0, share: 0, seconds: 0 })).toBe(
      "public.orders: 0 of about 0 rows copied (0 %), 0 a second",
    );
  });
});

describe("beforeText", () => {
  it("says what is not known, too", () => {
    const report = {
      ...{
        rows: 0,
        bytes: 8192,
        freeBytes: null,
        from: null,
        to: null,
        partitions: 3,
        firstPartition: "a",
        lastPartition: "c",
      },
      ...{ primaryKey: ["id"], indexes: [], foreignKeys: [], triggers: [], views: [], grants: 0, owner: "app" },
    };
    expect(beforeText(spec, report)).toMatch(/no rows; .* could not be asked; to make: 3 partitions, a to c/);
  });
});

describe("differenceText", () => {
  it("names the keys, and the way out", () => {
    const sums = { rowsOriginal: 2, rowsConverted: 1, checksumOriginal: "10", checksumConverted: "5" };
    expect(differenceText(spec, { equal: false, ...sums, differing: ["(1,x)"] })).toMatch(
      /2 rows with checksum 10, against 1 with 5.*\(1,x\).*abandon_conversion\('public\.orders'\)/,
    );
  });
});
