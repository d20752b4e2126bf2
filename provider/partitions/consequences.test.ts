import { describe, expect, it } from "vitest";
import { parseArguments } from "../../components/arguments.ts";
import { partitionedTableArgs, partitionedTableRules } from "../../components/partitions/args.ts";
import { tableInputs } from "../../components/partitions/inputs.ts";
import { unknownValue } from "../../toolchain/stand-ins/framework/values.ts";
import { beginningsOf, consequencesOf } from "./consequences.ts";
import { partitionedTable } from "./partitioned-table.ts";

const columns = [
  { name: "id", type: "bigint" },
  { name: "at", type: "timestamptz" },
];
const typed = { table: "orders", columns, primaryKey: ["id", "at"], column: "at", interval: "month" };

function inputs(args: object) {
  const settings = parseArguments("T", partitionedTableArgs, { ...typed, ...args }, partitionedTableRules);
  return { database: { database: "shop", host: "a" }, ...tableInputs(settings) };
}

function change(before: object, after: object): readonly string[] {
  return consequencesOf(inputs(before), inputs(after));
}

describe("what the first up will do", () => {
  it("is nothing to a table that is kept as it is, or whose way is not known yet", () => {
    expect(beginningsOf(inputs({}))).toEqual([]);
    expect(partitionedTable.beginnings?.({ ...inputs({}), database: unknownValue })).toEqual([]);
  });

  it.each<[object, RegExp[]]>([
    [
      { retention: { keep: 3, action: "drop" } },
      [
        /^from the next maintenance \("0 2 \* \* \*", UTC\) on, partitions that end more than 3 months ago are DROPPED WITH THEIR ROWS; .* there already/,
      ],
    ],
    [{ retention: { keep: 3, action: "detach" } }, [/are detached: .* stay in tables of their own; that holds/]],
    [{ retention: { keep: 3, action: "archive" } }, [/written to the bucket, and then DROPPED; that holds/]],
    [
      { columns: undefined, primaryKey: undefined, convert: {} },
      [/^public\.orders is turned into a partitioned table/, /original of public\.orders is kept: CALL/],
    ],
    [
      { columns: undefined, primaryKey: undefined, convert: { keepOriginal: false } },
      [/^public\.orders is turned into/, /original of public\.orders.* DROPPED: there is no rollback/],
    ],
  ])("is told: %j", (args, expected) => {
    const found = partitionedTable.beginnings?.(inputs(args)) ?? [];
    expect(found).toHaveLength(expected.length);
    expected.forEach((pattern, index) => {
      expect(found[index]).toMatch(pattern);
    });
  });
});

describe("what an update will do", () => {
  it("is nothing where nothing changed", () => {
    expect(change({}, {})).toEqual([]);
    expect(consequencesOf(inputs({}), { ...inputs({}), database: unknownValue })).toEqual([]);
  });

  it.each<[string, object, object, RegExp[]]>([
    [
      "less is kept",
      { retention: { keep: 12, action: "drop" } },
      { retention: { keep: 3, action: "drop" } },
      [
        /^at the next maintenance \("0 2 \* \* \*", UTC\) .* end more than 3 months ago are DROPPED WITH THEIR ROWS; before, 12 months were kept, then drop/,
      ],
    ],
    [
      "it is archived",
      {},
      { retention: { keep: 3, action: "archive" } },
      [/written to the bucket, and then DROPPED; before, all were kept/],
    ],
    ["it is detached", {}, { retention: { keep: 3, action: "detach" } }, [/detached: .* stay in tables of their own/]],
    ["all is kept", { retention: { keep: 3, action: "drop" } }, {}, [/^every partition is kept for ever/]],
    ["more ahead", { ahead: 3 }, { ahead: 6 }, [/^6 partitions are made in advance, not 3$/]],
    ["fewer ahead", { ahead: 6 }, { ahead: 3 }, [/not 6; those that are there stay$/]],
    ["another schedule", {}, { schedule: "0 3 * * *" }, [/runs at "0 3 \* \* \*" \(UTC\), not at "0 2 \* \* \*"/]],
    [
      "other names",
      {},
      { names: "_{YYYY}{MM}" },
      [/^new partitions are called orders_\{YYYY\}\{MM\}; those that are there keep/],
    ],
    ["an earlier start", {}, { start: "2025-01-01" }, [/^missing partitions from 2025-01-01 on are made/]],
    ["no DEFAULT", {}, { defaultPartition: false }, [/^the DEFAULT partition is removed, if it is empty/]],
    ["DEFAULT", { defaultPartition: false }, {}, [/^a DEFAULT partition is made/]],
    ["a function", {}, { createFunction: "f" }, [/^function f is made/]],
    [
      "another function",
      { createFunction: "f" },
      { createFunction: "g" },
      [/^function f is removed/, /^function g is made/],
    ],
    ["an index", {}, { indexes: [{ columns: ["id"] }] }, [/^index orders_id_idx is built on each partition/]],
    ["no index", { indexes: [{ columns: ["id"] }] }, {}, [/^index orders_id_idx is dropped/]],
    [
      "another index of the name",
      { indexes: [{ columns: ["id"], name: "i" }] },
      { indexes: [{ columns: ["at"], name: "i" }] },
      [/^index i is built anew, and then replaces/],
    ],
    ["a column", {}, { columns: [...columns, { name: "note", type: "text" }] }, [/^column note text is added/]],
  ])("%s", (_, before, after, expected) => {
    const found = change(before, after);
    expect(found).toHaveLength(expected.length);
    expected.forEach((pattern, index) => {
      expect(found[index]).toMatch(pattern);
    });
  });

  it.each<[string, object, RegExp]>([
    [
      "another interval",
      { interval: "day" },
      /interval: month → day: cannot change, because the partitions that are there have its size/,
    ],
    ["another table", { table: "sales" }, /table: orders → sales: cannot change/],
    [
      "another column",
      { columns: [...columns, { name: "day", type: "date" }], primaryKey: ["id", "at", "day"], column: "day" },
      /column: at → day: cannot change.*\n.*primaryKey: cannot change here/,
    ],
    [
      "a column less",
      { columns: columns.slice(1), primaryKey: ["at"] },
      /columns: "id" is left out: its values would be lost/,
    ],
    [
      "a column of another type",
      { columns: [{ name: "id", type: "int" }, columns[1]] },
      /columns: "id" is another one now/,
    ],
    ["another constraint", { constraints: ["CHECK (id > 0)"] }, /constraints: cannot change here/],
  ])("refuses %s", (_, after, message) => {
    expect(() => change({}, after)).toThrow(message);
  });

  it("lets go of the columns", () => {
    expect(change({}, { columns: undefined, primaryKey: undefined })).toEqual([]);
  });

  it("refuses another database", () => {
    const moved = { ...inputs({}), database: { database: "other", host: "a" } };
    expect(() => consequencesOf(inputs({}), moved)).toThrow(/database: shop → other: the table would stay/);
    expect(consequencesOf(inputs({}), { ...inputs({}), database: { database: "shop", host: "b" } })).toEqual([]);
  });
});
