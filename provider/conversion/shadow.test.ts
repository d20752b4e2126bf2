import { describe, expect, it } from "vitest";
import { convert } from "../../components/partitions/convert.ts";
import {
  childIndexStatement,
  childStatements,
  converted,
  indexStatements,
  logStatements,
  newHome,
  original,
  originalHome,
} from "./shadow.ts";
import type { ConversionSpec } from "./spec.ts";
import type { IndexFacts, TableFacts } from "./survey.ts";

const spec: ConversionSpec = {
  schema: 'we"ird',
  table: "orders",
  column: "created_at",
  interval: "month",
  names: "_y{YYYY}m{MM}",
  ahead: 2,
  defaultPartition: true,
  convert: convert.parse({}),
};

const index: IndexFacts = {
  name: "by state",
  definition: 'CREATE INDEX "by state" ON "we""ird".orders USING btree (state) WHERE (state <> \'x\'::text)',
  prefix: 'CREATE INDEX "by state" ON "we""ird".orders USING ',
  valid: true,
  unique: false,
  comment: null,
  constraint: null,
};

describe("the names", () => {
  it("are quoted, and another for each conversion", () => {
    expect(original(spec)).toBe('"we""ird"."orders"');
    expect(converted(spec, "7")).toBe('"postgres_ha_new_7"."orders"');
    expect(new Set([newHome("1"), newHome("2"), originalHome("1"), originalHome("2")]).size).toBe(4);
  });
});

describe("indexStatements", () => {
  it("make the same index on the partitioned table, under the same name", () => {
    expect(indexStatements(spec, index, "7")).toEqual([
      'CREATE INDEX "by state" ON ONLY "postgres_ha_new_7"."orders" USING btree (state) WHERE (state <> \'x\'::text)',
    ]);
  });

  it("keep what is unique, a constraint, or commented", () => {
    const unique = {
      ...index,
      definition: "CREATE UNIQUE INDEX u ON p.t USING btree (a)",
      prefix: "CREATE UNIQUE INDEX u ON p.t USING ",
      name: "u",
      unique: true,
    };
    expect(indexStatements(spec, unique, "7")[0]).toBe(
      'CREATE UNIQUE INDEX "u" ON ONLY "postgres_ha_new_7"."orders" USING btree (a)',
    );
    expect(indexStatements(spec, { ...index, constraint: "UNIQUE (a, created_at)", comment: "it's" }, "7")).toEqual([
      'ALTER TABLE ONLY "postgres_ha_new_7"."orders" ADD CONSTRAINT "by state" UNIQUE (a, created_at)',
      "COMMENT ON INDEX \"postgres_ha_new_7\".\"by state\" IS 'it''s'",
    ]);
  });

  it("make it of one child, under a name of PostgreSQL's", () => {
    const made = childIndexStatement(spec, index, "orders_y2025m01", "7");
    expect(made).toContain(
      `CREATE INDEX ON "we""ird"."orders_y2025m01" USING btree (state) WHERE (state <> ''''x''''::text)`,
    );
    expect(made).toContain(`''"postgres_ha_new_7"."by state"''`);
    const unique = { ...index, constraint: "UNIQUE (a, created_at)" };
    expect(childIndexStatement(spec, unique, "c", "7")).toContain(
      'ALTER TABLE "we""ird"."c" ADD UNIQUE (a, created_at)',
    );
  });

  it("refuse a definition in other words than expected, instead of guessing", () => {
    expect(() => indexStatements(spec, { ...index, prefix: "CREATE INDEX other ON " }, "7")).toThrow(
      /in other words than expected/,
    );
  });
});

describe("childStatements", () => {
  it("make a partition beside the original, of its owner and its storage", () => {
    const facts = { owner: "app", options: ["fillfactor=70"], replicaIdentity: "f" } as unknown as TableFacts;
    const child = { name: "orders_y2025m01", from: "2025-01-01 00:00:00+00", to: "2025-02-01 00:00:00+00" };
    expect(childStatements(spec, facts, child, "7")).toEqual([
      `CREATE TABLE "we""ird"."orders_y2025m01" PARTITION OF "postgres_ha_new_7"."orders" FOR VALUES FROM ('2025-01-01 00:00:00+00') TO ('2025-02-01 00:00:00+00') WITH (fillfactor=70)`,
      'ALTER TABLE "we""ird"."orders_y2025m01" OWNER TO "app"',
      'ALTER TABLE "we""ird"."orders_y2025m01" REPLICA IDENTITY FULL',
    ]);
  });
});

describe("logStatements", () => {
  it("log with the rights of the log's owner, and let nobody call that", () => {
    const all = logStatements(spec, ["id", "created_at"], "7").join("\n");
    expect(all).toContain("SECURITY DEFINER SET search_path = pg_catalog, pg_temp");
    expect(all).toContain('REVOKE ALL ON FUNCTION postgres_ha."conversion_log_7"() FROM PUBLIC');
    expect(all).toContain('INSERT INTO postgres_ha."conversion_log_7" VALUES (OLD."id", OLD."created_at")');
  });
});
