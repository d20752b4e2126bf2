import { describe, expect, it } from "vitest";
import { parseArguments } from "../arguments.ts";
import { partitionedTableArgs, partitionedTableRules } from "./args.ts";
import { tableInputs } from "./inputs.ts";

const typed = { table: "t", column: "at", interval: "month" };

function inputs(args: object) {
  return tableInputs(parseArguments("T", partitionedTableArgs, { ...typed, ...args }, partitionedTableRules));
}

describe("what the provider is told of a table", () => {
  it("is retention as PostgreSQL takes it, and names as to_char does", () => {
    const { retention, nameFormat } = inputs({ retention: { keep: 6, action: "drop" }, names: "_y{YYYY}m{MM}" });
    expect([retention, nameFormat]).toEqual([{ keep: "6 months", action: "drop" }, '"_y"YYYY"m"MM']);
    expect(inputs({}).nameFormat).toBeUndefined();
    expect(inputs({ interval: { range: 10 }, names: "_{START}" }).nameFormat).toBe("_{START}");
  });

  it("is indexes as CREATE INDEX takes them", () => {
    const { indexes } = inputs({
      indexes: [
        { columns: ["at DESC NULLS LAST", "name gin_trgm_ops"] },
        { columns: ["at"], method: "brin", with: { pages_per_range: 32, autosummarize: true } },
        { expression: "payload jsonb_path_ops", method: "gin" },
        { columns: ["at"], unique: true, include: ["id", "note"], where: "deleted_at IS NULL" },
      ],
    });
    expect(indexes.map(({ definition }) => definition)).toEqual([
      "USING btree (at DESC NULLS LAST, name gin_trgm_ops)",
      "USING brin (at) WITH (pages_per_range = 32, autosummarize = true)",
      "USING gin (payload jsonb_path_ops)",
      "USING btree (at) INCLUDE (id, note) WHERE deleted_at IS NULL",
    ]);
    expect(new Set(indexes.map(({ fingerprint }) => fingerprint)).size).toBe(4);
  });
});
