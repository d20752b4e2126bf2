import { describe, expect, it } from "vitest";
import { settingNames, settingOf } from "./catalogue.ts";

describe("the catalogue", () => {
  it("knows a setting as PostgreSQL 17 describes it", () => {
    expect(settingOf("shared_buffers")).toMatchObject({
      type: "integer",
      unit: "8kB",
      min: 16,
      context: "postmaster",
      default: "16384",
    });
    expect(settingOf("log_statement")).toMatchObject({ type: "enum", values: ["none", "ddl", "mod", "all"] });
  });

  it("is of version 17: it has what came with it, and not what went", () => {
    expect(settingOf("transaction_timeout")).toBeDefined();
    expect(settingOf("summarize_wal")).toBeDefined();
    expect(settingOf("old_snapshot_threshold")).toBeUndefined();
    expect(settingOf("db_user_namespace")).toBeUndefined();
  });

  it("has the settings of every extension that can be declared and has some", () => {
    const prefixes = new Set(settingNames.filter((name) => name.includes(".")).map((name) => name.split(".")[0]));
    for (const prefix of ["cron", "hnsw", "ivfflat", "pg_stat_statements", "pg_trgm", "pgaudit", "postgis"]) {
      expect(prefixes).toContain(prefix);
    }
  });

  it("is sorted, and takes no name from JavaScript", () => {
    expect(settingNames).toEqual([...settingNames].sort());
    expect(settingOf("constructor")).toBeUndefined();
    expect(settingOf("__proto__")).toBeUndefined();
  });
});
