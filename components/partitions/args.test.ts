import { describe, expect, it } from "vitest";
import { InvalidArguments, parseArguments } from "../arguments.ts";
import { partitionedTableArgs, partitionedTableRules } from "./args.ts";
import { indexName } from "./indexes.ts";

const orders = {
  table: "orders",
  columns: [
    { name: "id", type: "bigint", identity: true },
    { name: "created_at", type: "timestamptz", default: "now()" },
    { name: "status", type: "text", notNull: true },
  ],
  primaryKey: ["id", "created_at"],
  column: "created_at",
  interval: "month",
};

function parse(value: object) {
  return parseArguments("PartitionedTable", partitionedTableArgs, { ...orders, ...value }, partitionedTableRules);
}

function problems(value: object): string[] {
  try {
    parse(value);
  } catch (error) {
    if (error instanceof InvalidArguments) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describe("the arguments of a partitioned table", () => {
  it("have defaults", () => {
    expect(parse({})).toMatchObject({ schema: "public", ahead: 4, defaultPartition: true, schedule: "0 2 * * *" });
  });

  it.each<[string, object, RegExp[]]>([
    [
      "a key without the column",
      { primaryKey: ["id"] },
      [/^primaryKey: \(id\) does not hold "created_at".*\["id", "created_at"\]$/],
    ],
    ["a key of nothing", { primaryKey: ["nr", "created_at"] }, [/^primaryKey: nr is none of the columns/]],
    [
      "retention shorter than a partition",
      { retention: { keep: "3 days", action: "drop" } },
      [/^retention\.keep: "3 days" is shorter/],
    ],
    ["retention of nothing", { retention: { keep: 0, action: "drop" } }, [/^retention\.keep: .*at least 1/]],
    ["a pattern that collides", { names: "_y{YYYY}" }, [/^names: two partitions of one month/]],
    ["a name that would be cut", { table: "a".repeat(60) }, [/^table: .* has 60 characters.*at most 53 fit$/]],
    [
      "a column of nothing",
      { column: "at", primaryKey: undefined },
      [/^column: "at" is none of the columns; they are id, created_at, status/],
    ],
    ["a text as the column", { column: "status", primaryKey: undefined }, [/^columns\[2\]\.type: text cannot be cut/]],
    ["months of numbers", { column: "id" }, [/^columns\[0\]\.type: bigint cannot be cut into partitions of month/]],
    [
      "a unique index without the column",
      { indexes: [{ columns: ["status"], unique: true }] },
      [/^indexes\[0\]: a unique index has to hold "created_at"/],
    ],
    [
      "one index twice",
      { indexes: [{ columns: ["status"] }, { columns: ["status"] }] },
      [/^indexes\[1\]: is called "orders_status_idx"/],
    ],
    ["an index of nothing", { indexes: [{ method: "gin" }] }, [/^indexes\[0\]: give either columns or an expression/]],
    ["a key of a table that exists", { columns: undefined }, [/^primaryKey: is made with the table/]],
    ["a schedule that is none", { schedule: "daily" }, [/^schedule: /]],
    [
      "a start that is far",
      { interval: "hour", start: "2020-01-01" },
      [/^start: 2020-01-01 asks for \d+ partitions, one for each hour; more than 1000/],
    ],
    ["a start of numbers", { interval: { range: 10 }, column: "id", start: "2025-01-01" }, [/^start: is a day/]],
    ["columns to convert", { convert: {} }, [/^convert: is for a table that exists/]],
    ["several at once", { names: "_x", interval: "month", primaryKey: ["id"] }, [/^names/, /^primaryKey/]],
  ])("refuse %s", (_, value, expected) => {
    const found = problems(value);
    expect(found).toHaveLength(expected.length);
    expected.forEach((pattern, index) => {
      expect(found[index]).toMatch(pattern);
    });
  });

  it("name indexes for good", () => {
    const [plain, brin, partial, order] = parse({
      indexes: [
        { columns: ["status", "created_at"] },
        { columns: ["created_at"], method: "brin", with: { pages_per_range: 32 } },
        { columns: ["created_at"], where: "status = 'PENDING'" },
        { columns: ["created_at DESC"], name: "idx_orders_created" },
      ],
    }).indexes.map((index) => indexName("orders", index));
    expect([plain, brin, order]).toEqual([
      "orders_status_created_at_idx",
      "orders_created_at_brin_idx",
      "idx_orders_created",
    ]);
    expect(partial).toMatch(/^orders_created_at_[0-9a-f]{6}_idx$/);
  });
});
