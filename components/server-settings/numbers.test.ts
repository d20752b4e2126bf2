import { describe, expect, it } from "vitest";
import { type Setting, settingOf } from "./catalogue.ts";
import { bytesOf, numberOf, readNumber, withUnit } from "./numbers.ts";

const read = (name: string, value: string | number | boolean) => readNumber(settingOf(name) as Setting, value);

describe("a number", () => {
  it.each<[string, string | number, number]>([
    ["max_connections", 100, 100],
    ["max_connections", "100", 100],
    ["max_connections", " 1e2 ", 100],
    ["shared_buffers", 16384, 16384],
    ["shared_buffers", "128MB", 16384],
    ["shared_buffers", "128 MB", 16384],
    ["work_mem", "1.5GB", 1572864],
    ["work_mem", "4096.4kB", 4096],
    ["work_mem", "0.5MB", 512],
    ["max_wal_size", "1TB", 1048576],
    ["statement_timeout", "1min", 60000],
    ["statement_timeout", "1.5s", 1500],
    ["statement_timeout", "2.78h", 167 * 60000],
    ["statement_timeout", "0.09min", 5000],
    ["checkpoint_timeout", "1d", 86400],
    ["checkpoint_timeout", "90500ms", 90],
    ["checkpoint_timeout", "91500ms", 92],
    ["autovacuum_vacuum_cost_delay", "500us", 0.5],
    ["lock_timeout", 0, 0],
    ["random_page_cost", "1.1", 1.1],
    ["random_page_cost", ".5", 0.5],
    ["log_temp_files", -1, -1],
  ])("%s %j is read as the server reads it, into its unit", (name, value, expected) => {
    expect(numberOf(name, value)).toBe(expected);
  });

  it.each<[string, string | number | boolean, string]>([
    ["work_mem", "4GiB", '"4GiB" has the unit "GiB"; PostgreSQL takes B, kB, MB, GB, TB'],
    ["work_mem", "4GiB", 'write "4GB"'],
    ["work_mem", "16gb", 'write "16GB"'],
    ["work_mem", "64 KB", 'write "64kB"'],
    ["statement_timeout", "30 seconds", 'write "30s"'],
    ["statement_timeout", "5m", 'write "5min"'],
    ["statement_timeout", "5MB", 'has the unit "MB"; PostgreSQL takes us, ms, s, min, h, d'],
    ["work_mem", "5min", 'has the unit "min"; PostgreSQL takes B, kB, MB, GB, TB'],
    ["max_connections", "100kB", 'expected a whole number without a unit, not "100kB"'],
    ["max_connections", 10.5, "expected a whole number, not 10.5"],
    ["work_mem", "much", 'such as "64MB", not "much"; a number without a unit is in kB'],
    ["shared_buffers", "", "a number without a unit is in blocks of 8kB"],
    ["work_mem", true, "not true"],
    ["random_page_cost", "1,1", "without a unit"],
    ["random_page_cost", "NaN", "expected a number"],
    ["random_page_cost", 1e-320, "nearer to 0 than a server can read; write 0"],
    ["max_connections", "0100", "starts with 0, which the server reads as octal"],
    ["log_min_duration_statement", "1us", "less than the smallest step, 1ms, and would mean 0"],
    ["statement_timeout", "0.001min", "less than the smallest step"],
    ["shared_buffers", "1kB", "less than the smallest step, 8kB"],
  ])("%s %j is refused: %s", (name, value, problem) => {
    expect(read(name, value)).toEqual({ problem: expect.stringContaining(problem) });
    expect(numberOf(name, value)).toBeUndefined();
  });

  it("of a setting that holds none is not there", () => {
    expect(numberOf("log_statement", 1)).toBeUndefined();
    expect(numberOf("no_such_setting", 1)).toBeUndefined();
  });
});

describe("bytes", () => {
  it.each<[string, string | number, number | undefined]>([
    ["shared_buffers", 2, 16384],
    ["work_mem", "4MB", 4 * 1024 ** 2],
    ["work_mem", 64, 65536],
    ["max_wal_size", 1024, 1024 ** 3],
    ["track_activity_query_size", "1kB", 1024],
    ["wal_buffers", -1, undefined],
    ["statement_timeout", "1s", undefined],
    ["max_connections", 100, undefined],
    ["work_mem", "4GiB", undefined],
  ])("of %s %j are %j", (name, value, expected) => {
    expect(bytesOf(name, value)).toBe(expected);
  });
});

describe("a number is written", () => {
  it.each<[string, number, string]>([
    ["shared_buffers", 16384, "128MB"],
    ["work_mem", 64, "64kB"],
    ["statement_timeout", 90000, "90s"],
    ["statement_timeout", 2147483647, "about 24.9d"],
    ["work_mem", 2147483647, "about 2TB"],
    ["max_connections", 100, "100"],
    ["wal_buffers", -1, "-1"],
  ])("of %s: %d as %s", (name, number, expected) => {
    expect(withUnit(settingOf(name) as Setting, number)).toBe(expected);
  });
});
