import { describe, expect, it } from "vitest";
import { convert } from "../../components/partitions/convert.ts";
import { definitionProblems, keyOf, rowProblems, spaceProblem } from "./refusals.ts";
import type { ConversionSpec } from "./spec.ts";
import type { RowFacts, TableFacts } from "./survey.ts";

const spec: ConversionSpec = {
  schema: "public",
  table: "orders",
  column: "created_at",
  interval: "month",
  names: "_y{YYYY}m{MM}",
  ahead: 2,
  defaultPartition: true,
  primaryKey: ["id", "created_at"],
  convert: convert.parse({}),
};

const primary = { name: "orders_pkey", primary: true, columns: ["id"], partial: false, deferrable: false };

const facts: TableFacts = {
  oid: 1,
  kind: "r",
  persistence: "p",
  rowSecurity: false,
  ownType: false,
  replicaIdentity: "d",
  tablespace: null,
  options: [],
  owner: "app",
  size: 1000,
  columns: [
    { name: "id", type: "bigint", notNull: true, generated: "", plainType: true },
    { name: "created_at", type: "timestamp with time zone", notNull: true, generated: "", plainType: true },
    { name: "number", type: "text", notNull: false, generated: "", plainType: true },
  ],
  unique: [primary],
  indexes: [],
  inbound: [],
  foreignKeys: [],
  unvalidated: [],
  noInherit: [],
  exclusions: [],
  triggers: [],
  rules: [],
  policies: [],
  publications: [],
  parents: [],
  heirs: [],
  extension: null,
  views: [],
  dependents: [],
  grants: 0,
  taken: ["orders"],
};

const problems = (changed: Partial<TableFacts>, asked: Partial<ConversionSpec> = {}) =>
  definitionProblems({ ...spec, ...asked }, { ...facts, ...changed });

const without = (name: string, changed: object) =>
  facts.columns.map((column) => (column.name === name ? { ...column, ...changed } : column));

describe("definitionProblems", () => {
  it("are none where all is well", () => {
    expect(problems({})).toEqual([]);
    expect(problems({ columns: without("created_at", { type: "bigint" }) }, { interval: { range: 1000 } })).toEqual([]);
    expect(
      problems({ unique: [{ ...primary, columns: ["id", "created_at"] }] }, { primaryKey: ["created_at", "id"] }),
    ).toEqual([]);
  });

  const cases: readonly (readonly [string, Partial<TableFacts>, Partial<ConversionSpec>, RegExp])[] = [
    ["a view", { kind: "v" }, {}, /^it is a view; only a plain table/],
    [
      "no such column",
      { columns: without("created_at", { name: "at" }) },
      { primaryKey: ["id", "at"] },
      /^column created_at: there is none; the table has id, at, number$/,
    ],
    [
      "a column of a wrong type",
      { columns: without("created_at", { type: "text" }) },
      {},
      /column created_at is of type text; partitions of one month take timestamp with time zone/,
    ],
    [
      "hours of a date",
      { columns: without("created_at", { type: "date" }) },
      { interval: "hour" },
      /is a date, which has no hours/,
    ],
    [
      "a generated column",
      { columns: without("created_at", { generated: "s" }) },
      {},
      /column created_at is generated/,
    ],
    ["no key", { unique: [] }, { primaryKey: undefined } as never, /it has no primary key/],
    [
      "a key that was not asked for",
      {},
      { primaryKey: undefined } as never,
      /\(id\) does not hold created_at.* ask for another one: primaryKey: \["id","created_at"\]\. id is then no longer unique/,
    ],
    ["a key of unknown columns", {}, { primaryKey: ["nr", "created_at"] }, /the table has no nr/],
    [
      "a key that leaves something out",
      { unique: [{ ...primary, columns: ["id", "number"] }] },
      {},
      /leaves out number/,
    ],
    ["a key that nothing says is one", { unique: [] }, {}, /no unique index says that \(id, created_at\) is unique/],
    [
      "a partial unique index as a key",
      { unique: [{ ...primary, primary: false, partial: true }] },
      {},
      /no unique index/,
    ],
    [
      "a key that may be NULL",
      { columns: without("created_at", { notNull: false }) },
      {},
      /created_at of the key may be NULL; ALTER TABLE public\.orders ALTER COLUMN created_at SET NOT NULL/,
    ],
    [
      "a key of an extension's type",
      { columns: without("id", { type: "citext", plainType: false }) },
      {},
      /type citext, an extension's/,
    ],
    ["a deferrable key", { unique: [{ ...primary, deferrable: true }] }, {}, /deferrable/],
    [
      "another unique index",
      { unique: [primary, { ...primary, name: "orders_number", primary: false, columns: ["number"] }] },
      {},
      /orders_number is unique on \(number\), which a partitioned table cannot promise/,
    ],
    [
      "a unique expression",
      { unique: [primary, { ...primary, name: "lower", primary: false, columns: [] }] },
      {},
      /lower is unique on an expression/,
    ],
    ["an unlogged table", { persistence: "u" }, {}, /unlogged/],
    ["a temporary table", { persistence: "t" }, {}, /temporary/],
    ["a typed table", { ownType: true }, {}, /OF a type/],
    ["an heir", { parents: ["base"] }, {}, /inherits from base/],
    ["heirs", { heirs: ["child"] }, {}, /child inherit from it/],
    ["row security", { rowSecurity: true, policies: ["own"] }, {}, /row security \(own\)/],
    ["an extension's table", { extension: "pg_x" }, {}, /belongs to the extension pg_x/],
    ["a tablespace", { tablespace: "fast" }, {}, /tablespace fast/],
    ["an index as replica identity", { replicaIdentity: "i" }, {}, /replica identity/],
    ["inbound foreign keys", { inbound: [{ name: "fk", table: "items" }] }, {}, /fk of items/],
    ["constraints that are not valid", { unvalidated: ["c"] }, {}, /never validated: c/],
    ["NO INHERIT", { noInherit: ["c"] }, {}, /NO INHERIT: c/],
    ["exclusion constraints", { exclusions: ["e"] }, {}, /exclusion constraints.*: e/],
    ["rules", { rules: ["r"] }, {}, /rules are not carried over: r/],
    ["publications", { publications: ["p"] }, {}, /publications hold it: p/],
    ["views", { dependents: ["materialized view v"] }, {}, /old table: materialized view v/],
    [
      "broken indexes",
      {
        indexes: [
          { name: "i", definition: "", prefix: "", valid: false, unique: false, comment: null, constraint: null },
        ],
      },
      {},
      /not valid: i/,
    ],
    [
      "constraint triggers",
      { triggers: [{ name: "t", constraint: true, transitionTables: false }] },
      {},
      /constraint triggers.*: t/,
    ],
    [
      "transition tables",
      { triggers: [{ name: "t", constraint: false, transitionTables: true }] },
      {},
      /transition tables.*: t/,
    ],
  ];
  it.each(cases)("refuse %s", (_, changed, asked, message) => {
    expect(problems(changed, asked)).toContainEqual(expect.stringMatching(message));
  });

  it("are all named at once", () => {
    expect(
      problems({ persistence: "u", rules: ["r"], dependents: ["materialized view v"] }, { primaryKey: ["id"] }),
    ).toHaveLength(4);
  });
});

describe("keyOf", () => {
  it("is what was asked for, or what there is", () => {
    expect(keyOf(spec, facts)).toEqual(["id", "created_at"]);
    const { primaryKey: _, ...unasked } = spec;
    expect(keyOf(unasked, facts)).toEqual(["id"]);
  });
});

describe("rowProblems", () => {
  const now = new Date("2025-03-15T00:00:00Z");
  const seconds = (text: string) => String(Date.parse(text) / 1000);
  const rows: RowFacts = {
    rows: 10,
    nulls: 0,
    infinite: 0,
    values: { first: seconds("2025-01-01T00:00:00Z"), last: seconds("2025-03-01T00:00:00Z") },
  };
  const found = (changed: Partial<RowFacts>, asked: Partial<ConversionSpec> = {}, taken: readonly string[] = []) =>
    rowProblems({ ...spec, ...asked }, { ...facts, taken }, { ...rows, ...changed }, now);

  it("are none where all is well", () => {
    expect(found({})).toEqual([]);
    expect(found({ values: undefined })).toEqual([]);
  });

  it("name rows that no partition would hold", () => {
    expect(found({ nulls: 3, infinite: 2 })).toEqual([
      expect.stringContaining("3 rows have NULL in created_at"),
      expect.stringContaining("2 rows have infinity in created_at"),
    ]);
    expect(found({ values: { first: seconds("0001-01-01T00:00:00Z"), last: "253402214400" } })).toEqual([
      expect.stringMatching(/more than 1000 are too many; created_at goes from 0001-01-01 00:00:00 UTC to 9999-12-31/),
    ]);
  });

  it("count from now on, where the only row is far off", () => {
    const never = { first: "253402214400", last: "253402214400" };
    expect(found({ rows: 1, values: never }, { interval: "hour" })).toEqual([expect.stringContaining("too many")]);
  });

  it("name partitions that cannot be called so", () => {
    expect(found({}, {}, ["orders_y2025m02", "orders_default"])).toEqual([
      expect.stringContaining("taken in schema public: orders_y2025m02, orders_default"),
    ]);
    expect(found({}, { table: "o".repeat(60) })).toEqual([expect.stringContaining("longer than 63 bytes")]);
    expect(found({}, { names: "_y{YYYY}" })).toEqual([
      expect.stringContaining("two partitions would have one name: orders_y2025"),
    ]);
  });
});

describe("spaceProblem", () => {
  it("asks for room for a second copy, where the room is known", () => {
    expect(spaceProblem(1e9, undefined)).toBeUndefined();
    expect(spaceProblem(1e9, 2e9)).toBeUndefined();
    expect(spaceProblem(1e9, 1e9)).toMatch(/954 MiB free/);
  });
});
