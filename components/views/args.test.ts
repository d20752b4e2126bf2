import { describe, expect, it } from "vitest";
import { parseArguments } from "../arguments.ts";
import { materializedViewArgs, uniqueIndexOnce } from "./args.ts";
import { viewInputs } from "./inputs.ts";

const parse = (value: unknown) => parseArguments("MaterializedView", materializedViewArgs, value, [uniqueIndexOnce]);
const stats = {
  name: "daily_shipment_stats",
  query: "SELECT 1 AS date, 2 AS warehouse_id;\n",
  uniqueIndex: ["date", "warehouse_id"],
  refresh: "15 * * * *",
};

describe("the arguments of a materialized view", () => {
  it("become a query without its semicolon, and indexes with the unique one first", () => {
    expect(viewInputs(parse({ ...stats, indexes: [{ columns: ["date"], method: "brin" }] }))).toEqual({
      schema: "public",
      name: "daily_shipment_stats",
      query: "SELECT 1 AS date, 2 AS warehouse_id",
      refresh: "15 * * * *",
      indexes: [
        {
          name: "daily_shipment_stats_date_warehouse_id_key",
          definition: "USING btree (date, warehouse_id)",
          unique: true,
          fingerprint: expect.any(String),
        },
        expect.objectContaining({ name: "daily_shipment_stats_date_brin_idx", definition: "USING brin (date)" }),
      ],
    });
  });

  it("need a unique index, without which readers would wait", () => {
    const { uniqueIndex: _, ...without } = stats;
    expect(() => parse(without)).toThrow(/uniqueIndex: missing/);
    expect(() => parse({ ...stats, uniqueIndex: [] })).toThrow(/uniqueIndex: at least one column/);
  });

  it("are refused all at once", () => {
    expect(() => parse({ ...stats, name: "Daily", query: " ", refresh: "hourly", uniqueIndexes: [] })).toThrow(
      /4 problems/,
    );
    expect(() => parse({ ...stats, indexes: [{ columns: stats.uniqueIndex, unique: true }] })).toThrow(
      /indexes\[0\]: the same as uniqueIndex/,
    );
  });
});
