import { describe, expect, it } from "vitest";
import { PartitionedTable, PartitionFunctions } from "../../components/partitions/index.ts";
import { declaredOf } from "../../provider/partitions/inputs.ts";
import { partitionedTable } from "../../provider/partitions/partitioned-table.ts";
import { declaredBy } from "../support/declared.ts";

const database = { host: "h", port: 5432, user: "postgres", password: "p", database: "shop", owner: "shop" };

describe("a program's partitioned tables", () => {
  it("are one protected resource each, with inputs that the provider knows", async () => {
    const declared = await declaredBy(
      () => {
        new PartitionedTable("orders", {
          ...{ database, table: "orders", column: "created_at", interval: "month", ahead: 3, names: "_y{YYYY}m{MM}" },
          retention: { keep: 12, action: "drop" },
          indexes: [{ columns: ["created_at"], method: "brin" }],
        });
        new PartitionFunctions("functions", { database });
      },
      { preview: true },
    );
    const sorted = declared.toSorted((a, b) => a.type.localeCompare(b.type));
    expect(sorted.map(({ type, protect }) => ({ type, protect }))).toEqual([
      { type: "PartitionedTable", protect: true },
      { type: "PartitionFunctions", protect: true },
    ]);
    const inputs = sorted[0]?.inputs ?? {};
    expect(Object.keys(inputs).filter((key) => !partitionedTable.inputs.includes(key))).toEqual([]);
    expect(partitionedTable.required.filter((key) => !(key in inputs))).toEqual([]);
    expect(declaredOf(inputs)).toMatchObject({
      schema: "public",
      retention: { keep: "12 months", action: "drop" },
      nameFormat: '"_y"YYYY"m"MM',
      indexes: [{ name: "orders_created_at_brin_idx", definition: "USING brin (created_at)" }],
    });
  });

  it("are refused with all that is wrong, before anything is declared", () => {
    const wrong = {
      database,
      table: "t",
      column: "at",
      interval: "month",
      names: "_{YYYY}",
      schedule: "daily",
    } as const;
    expect(() => new PartitionedTable("bad", wrong)).toThrow(
      /PartitionedTable "bad": 2 problems\n(.*schedule.*\n.*names|.*names.*\n.*schedule)/,
    );
  });
});
