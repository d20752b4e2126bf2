import { describe, expect, it } from "vitest";
import type { SettingValue } from "./catalogue.ts";
import { memoryOf, memoryShares } from "./memory.ts";

const part = (name: string, parameters: Record<string, SettingValue>, connections = 100) =>
  memoryShares(parameters, { connections }).find((share) => share.name === name)?.mebibytes;

describe("the memory that a server may use", () => {
  it.each<[string, Record<string, SettingValue>, number]>([
    ["shared_buffers", { shared_buffers: "4GB" }, 4096 * 1.025],
    ["wal_buffers", { wal_buffers: "8MB" }, 8],
    ["wal_buffers", { shared_buffers: "256MB" }, 8],
    ["wal_buffers", { shared_buffers: "4GB" }, 16],
    ["min_dynamic_shared_memory", { min_dynamic_shared_memory: "64MB" }, 64],
    // Page tables: a 1024th of shared_buffers in each.
    ["100 connections", { shared_buffers: "1GB" }, 100 * (2 + 1)],
    ["sorting and hashing", { work_mem: "10MB", max_parallel_workers: 8 }, 1080],
    ["sorting and hashing", { work_mem: "10MB", max_parallel_workers_per_gather: 0 }, 1000],
    ["sorting and hashing", { work_mem: "10MB", max_parallel_workers: 0, hash_mem_multiplier: 1 }, 500],
    ["maintenance by hand", { maintenance_work_mem: "1GB" }, 1024],
    ["autovacuum", { maintenance_work_mem: "1GB" }, 3072],
    ["autovacuum", { autovacuum_work_mem: "256MB", autovacuum_max_workers: 5 }, 1280],
    ["autovacuum", { autovacuum: "off" }, 0],
    ["pg_stat_statements", { shared_preload_libraries: "pg_stat_statements", "pg_stat_statements.max": 10000 }, 4.29],
    ["pg_stat_statements", { "pg_stat_statements.max": 10000 }, 0],
  ])("%s, of %j", (name, parameters, expected) => {
    expect(part(name, parameters)).toBeCloseTo(expected, 2);
  });

  it("is the sum of its parts, each with the settings that it comes from", () => {
    const shares = memoryShares({ work_mem: "8MB" }, { connections: 50 });
    const sum = shares.reduce((total, { mebibytes }) => total + mebibytes, 0);
    expect(memoryOf({ work_mem: "8MB" }, { connections: 50 })).toBe(Math.ceil(sum));
    expect(shares.find(({ name }) => name === "sorting and hashing")?.from).toContain("work_mem");
  });

  it("counts what is not set as the server's default", () => {
    const defaults = { shared_buffers: "128MB", work_mem: "4MB", maintenance_work_mem: "64MB", max_connections: 100 };
    expect(memoryOf({}, { connections: 10 })).toBe(memoryOf(defaults, { connections: 10 }));
  });
});
