import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SettingValue } from "./catalogue.ts";
import { contradictions } from "./contradictions.ts";
import { memoryOf } from "./memory.ts";
import { bytesOf } from "./numbers.ts";
import { parameterProblems } from "./parameter-problems.ts";
import { type Machine, tune } from "./tune.ts";

const machine = (changes: Partial<Machine>): Machine => ({
  memory: 16384,
  cores: 8,
  storage: "ssd",
  workload: "mixed",
  maxConnections: 100,
  ...changes,
});

describe("settings from what a server runs on", () => {
  it("are those of production for 16 GB, mixed (row A1)", () => {
    expect(tune(machine({}))).toEqual({
      max_connections: 100,
      shared_buffers: "4GB",
      effective_cache_size: "12GB",
      maintenance_work_mem: "1GB",
      autovacuum_work_mem: "256MB",
      autovacuum_max_workers: 3,
      // (16 GiB - 4 GiB) / ((100 + 8) * 3) / 2
      work_mem: "18MB",
      wal_buffers: "16MB",
      max_worker_processes: 16,
      max_parallel_workers: 8,
      max_parallel_workers_per_gather: 4,
      max_parallel_maintenance_workers: 4,
      wal_level: "replica",
      hot_standby: "on",
      max_wal_senders: 10,
      max_replication_slots: 10,
      wal_keep_size: "1GB",
      max_slot_wal_keep_size: "4GB",
      max_wal_size: "4GB",
      min_wal_size: "1GB",
      wal_compression: "lz4",
      checkpoint_completion_target: 0.9,
      random_page_cost: 1.1,
      effective_io_concurrency: 200,
      default_statistics_target: 100,
      jit: "off",
    });
  });

  it.each<[string, Partial<Machine>, Record<string, SettingValue>]>([
    // pgtune, where memory is enough: memory/4, 3/4, memory/16, (memory - sb) / ((connections + workers) * 3).
    [
      "4 GiB, oltp",
      { memory: 4096, cores: 4, workload: "oltp" },
      { shared_buffers: "1GB", effective_cache_size: "3GB", maintenance_work_mem: "256MB", work_mem: "9MB" },
    ],
    [
      "64 GiB, oltp, 500 connections",
      { memory: 65536, cores: 16, workload: "oltp", maxConnections: 500 },
      { shared_buffers: "16GB", maintenance_work_mem: "4GB", work_mem: "31MB", autovacuum_max_workers: 4 },
    ],
    [
      "64 GiB, olap",
      { memory: 65536, cores: 32, workload: "olap", maxConnections: 40 },
      {
        shared_buffers: "16GB",
        maintenance_work_mem: "8GB",
        work_mem: "113MB",
        default_statistics_target: 500,
        jit: "on",
      },
    ],
    [
      "512 GiB, mixed",
      { memory: 524288, cores: 64 },
      { shared_buffers: "128GB", maintenance_work_mem: "8GB", autovacuum_work_mem: "2GB" },
    ],
    // min_wal_size and max_wal_size by workload.
    ["oltp", { workload: "oltp" }, { min_wal_size: "2GB", max_wal_size: "8GB" }],
    ["olap", { workload: "olap", memory: 65536 }, { min_wal_size: "4GB", max_wal_size: "16GB" }],
    ["mixed", {}, { min_wal_size: "1GB", max_wal_size: "4GB" }],
    // No more WAL to replay than half of the memory, no less than the server's default.
    ["4 GiB, olap", { memory: 4096, workload: "olap" }, { min_wal_size: "512MB", max_wal_size: "2GB" }],
    ["256 MiB, oltp", { memory: 256, workload: "oltp" }, { min_wal_size: "256MB", max_wal_size: "1GB" }],
    // A volume for WAL: a quarter, an eighth, half.
    [
      "1 GiB of WAL",
      { walVolume: 1024 },
      { max_wal_size: "256MB", min_wal_size: "64MB", wal_keep_size: "128MB", max_slot_wal_keep_size: "512MB" },
    ],
    // 3 % of shared_buffers up to a segment.
    ["1 GiB", { memory: 1024, maxConnections: 50 }, { shared_buffers: "256MB", wal_buffers: "7MB" }],
    // Disks.
    ["hdd", { storage: "hdd" }, { random_page_cost: 4, effective_io_concurrency: 2 }],
    ["ssd", { storage: "ssd" }, { random_page_cost: 1.1, effective_io_concurrency: 200 }],
    ["san", { storage: "san" }, { random_page_cost: 1.1, effective_io_concurrency: 300 }],
    // Cores.
    ["1 core", { cores: 1 }, { max_worker_processes: 9, max_parallel_workers: 1, max_parallel_workers_per_gather: 0 }],
    [
      "2 cores",
      { cores: 2 },
      { max_worker_processes: 10, max_parallel_workers: 2, max_parallel_workers_per_gather: 1 },
    ],
    ["5 cores", { cores: 5 }, { max_parallel_workers_per_gather: 3, max_parallel_maintenance_workers: 3 }],
    ["32 cores", { cores: 32 }, { max_parallel_workers_per_gather: 4, autovacuum_max_workers: 5 }],
    [
      "32 cores, olap",
      { cores: 32, workload: "olap" },
      { max_parallel_workers_per_gather: 16, max_parallel_maintenance_workers: 4 },
    ],
    ["20 background workers", { workers: 20 }, { max_worker_processes: 28, max_parallel_workers: 8 }],
  ])("%s", (_, changes, expected) => {
    expect(tune(machine(changes))).toMatchObject(expected);
  });

  it("fit a laptop's container", () => {
    const laptop = machine({ memory: 256, cores: 2, maxConnections: 25 });
    const tuned = tune(laptop);
    expect(tuned).toMatchObject({ shared_buffers: "37MB", work_mem: "1216kB", maintenance_work_mem: "16MB" });
    expect(memoryOf(tuned, { connections: 25 })).toBeLessThanOrEqual(256);
  });

  it("are larger where the poolers open fewer connections than there may be", () => {
    const small = machine({ memory: 1024, cores: 2, maxConnections: 200 });
    const buffers = (of: Machine) => bytesOf("shared_buffers", tune(of).shared_buffers ?? "") ?? 0;
    expect(buffers({ ...small, connections: 50 })).toBeGreaterThan(buffers(small));
  });
});

describe("what a user sets", () => {
  it.each<[Record<string, SettingValue>, Record<string, SettingValue>]>([
    [{ max_worker_processes: 4 }, { max_parallel_workers: 4, max_parallel_workers_per_gather: 4 }],
    [{ max_parallel_workers: 24 }, { max_worker_processes: 32 }],
    [{ max_parallel_workers: 2 }, { max_parallel_workers_per_gather: 2, max_parallel_maintenance_workers: 2 }],
    [{ max_parallel_workers_per_gather: 12 }, { max_parallel_workers: 12, max_worker_processes: 20 }],
    [{ max_wal_size: "512MB" }, { min_wal_size: "128MB" }],
    [{ min_wal_size: "6GB" }, { max_wal_size: "6GB" }],
    [{ max_slot_wal_keep_size: "512MB" }, { wal_keep_size: "512MB" }],
    [{ max_slot_wal_keep_size: "16MB" }, { wal_keep_size: "16MB" }],
    [{ wal_keep_size: "8GB" }, { max_slot_wal_keep_size: "8GB" }],
    // What is left of the memory shrinks.
    [{ shared_buffers: "13GB" }, { work_mem: "1024kB" }],
    [{ work_mem: "120MB" }, { shared_buffers: "652MB" }],
  ])("%j wins, and the others make room", (written, expected) => {
    const tuned = tune(machine({}), written);
    expect(tuned).toMatchObject(expected);
    expect(Object.keys(tuned)).not.toContain(Object.keys(written)[0]);
    expect(contradictions({ ...tuned, ...written })).toEqual([]);
  });

  it("does not get more of the volume than there is: then it is refused, with both named", () => {
    const written = { min_wal_size: "8GB" };
    const tuned = tune(machine({ walVolume: 4096 }), written);
    expect(tuned).toMatchObject({ max_wal_size: "1GB" });
    expect(contradictions({ ...tuned, ...written })).toMatchObject([{ path: "min_wal_size" }]);
  });

  it("is left out where no server could read it: that is another's error", () => {
    expect(tune(machine({}), { shared_buffers: "4GiB" })).toMatchObject({ work_mem: "18MB" });
  });
});

const machines = fc.record<Machine>({
  memory: fc.oneof(fc.integer({ min: 256, max: 4096 }), fc.integer({ min: 256, max: 524288 })),
  cores: fc.integer({ min: 1, max: 256 }),
  storage: fc.constantFrom("ssd", "hdd", "san"),
  workload: fc.constantFrom("oltp", "olap", "mixed"),
  maxConnections: fc.integer({ min: 25, max: 500 }),
  walVolume: fc.option(fc.integer({ min: 128, max: 65536 }), { nil: undefined }),
});

const sizeOf = (of: Machine, name: string) => bytesOf(name, tune(of)[name] ?? "") ?? Number.NaN;

describe("on any machine", () => {
  it("fit the memory wherever the least would", () => {
    const smallest = { shared_buffers: "32MB", wal_buffers: "960kB", work_mem: "1MB", maintenance_work_mem: "16MB" };
    fc.assert(
      fc.property(machines, (of) => {
        const tuned = tune(of);
        const connections = of.maxConnections;
        const floor = memoryOf({ ...tuned, ...smallest, autovacuum_work_mem: "4MB" }, { connections });
        expect(memoryOf(tuned, { connections })).toBeLessThanOrEqual(Math.max(floor, of.memory * 0.9 + 1));
      }),
      { numRuns: 1000 },
    );
  });

  it("are accepted, and contradict nothing", () => {
    fc.assert(
      fc.property(machines, (of) => {
        expect(parameterProblems(tune(of), { extensions: [] })).toEqual([]);
        expect(contradictions(tune(of))).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });

  it("never take more WAL than its volume, if that holds anything", () => {
    fc.assert(
      fc.property(machines, fc.integer({ min: 256, max: 65536 }), (of, walVolume) => {
        const names = ["max_wal_size", "wal_keep_size", "max_slot_wal_keep_size"];
        const sum = names.reduce((total, name) => total + sizeOf({ ...of, walVolume }, name), 0);
        expect(sum).toBeLessThanOrEqual(walVolume * 1024 ** 2);
      }),
    );
  });

  it.each([
    "shared_buffers",
    "effective_cache_size",
    "maintenance_work_mem",
    "autovacuum_work_mem",
    "max_wal_size",
    "work_mem",
  ])("%s is never less with more memory", (name) => {
    fc.assert(
      fc.property(machines, fc.integer({ min: 1, max: 65536 }), (of, more) => {
        expect(sizeOf({ ...of, memory: of.memory + more }, name)).toBeGreaterThanOrEqual(sizeOf(of, name));
      }),
      { numRuns: 300 },
    );
  });

  it("shared_buffers are never more with more connections", () => {
    fc.assert(
      fc.property(machines, fc.integer({ min: 1, max: 500 }), (of, more) => {
        const crowded = { ...of, maxConnections: of.maxConnections + more };
        expect(sizeOf(crowded, "shared_buffers")).toBeLessThanOrEqual(sizeOf(of, "shared_buffers"));
      }),
    );
  });
});
