import type { SettingValue } from "./catalogue.ts";
import { bufferOverhead, memoryOf, pageTableShare } from "./memory.ts";

export type Storage = "ssd" | "hdd" | "san";

/** Many short transactions, few long queries, or both. */
export type Workload = "oltp" | "olap" | "mixed";

/** What a server runs on. */
export interface Machine {
  /** MiB: the limit of the container or machine, not the host's memory. */
  readonly memory: number;
  readonly cores: number;
  readonly storage: Storage;
  readonly workload: Workload;
  /** `max_connections`. */
  readonly maxConnections: number;
  /** Connections that are open at once, where fewer than `maxConnections`: what the poolers may open. */
  readonly connections?: number | undefined;
  /** Slots for background workers beside those of parallel queries: pg_cron's jobs, logical replication. Default 8. */
  readonly workers?: number | undefined;
  /** MiB of the volume that WAL may take. Default: as much as the settings want. */
  readonly walVolume?: number | undefined;
}

/**
 * Settings of a server for what it runs on. The formulas are pgtune's (https://github.com/le0pard/pgtune, whose "dw" is `olap`); where
 * another is used, the line says why. What does not fit the memory together is made smaller, down to the least that is of use:
 * `memoryOf` the result is within `machine.memory` wherever that least is.
 */
export function tune(machine: Machine): Record<string, SettingValue> {
  const rest = {
    max_connections: machine.maxConnections,
    ...parallelism(machine),
    ...wal(machine),
    ...planner(machine),
  };
  return { ...rest, ...memoryAmounts(machine, rest), effective_cache_size: size((machine.memory * 3) / 4) };
}

/** The least that is of use, in MiB. */
const least = { sharedBuffers: 32, maintenance: 16, autovacuum: 4, work: 1 };

/** The most that each has of the memory above that least. What is left is for sorting and hashing. */
const most = { sharedBuffers: 0.5, maintenance: 0.15, autovacuum: 0.1 };

/** Beside each MiB of shared_buffers: its own overhead, wal_buffers, and the buffers of transaction status that follow it. */
const besideBuffers = bufferOverhead + 0.03 + 0.006;

function memoryAmounts(machine: Machine, rest: Readonly<Record<string, SettingValue>>): Record<string, SettingValue> {
  const { memory, workload } = machine;
  const connections = Math.min(machine.connections ?? machine.maxConnections, machine.maxConnections);
  const workers = Number(rest.max_parallel_workers);
  const vacuums = Number(rest.autovacuum_max_workers);
  // A tenth stays for the kernel's cache and for what nobody counts.
  const free = Math.max(0, memory * 0.9 - memoryOf({ ...rest, ...amounts(least) }, { connections }));

  const bufferCost = 1 + besideBuffers + connections * pageTableShare;
  const sharedBuffers = grown(least.sharedBuffers, memory / 4, (free * most.sharedBuffers) / bufferCost);
  // "dw" has twice as much: loads and index builds are its daily work.
  const maintenance = grown(
    least.maintenance,
    Math.min(memory / (workload === "olap" ? 8 : 16), 8192),
    free * most.maintenance,
  );
  // A quarter of the maintenance_work_mem that pgtune gives each autovacuum worker: all of them may run at once, and PostgreSQL 17
  // keeps the addresses of dead rows in a fraction of the memory that older ones needed.
  const autovacuum = grown(least.autovacuum, Math.min(memory / 64, 2048), (free * most.autovacuum) / vacuums);
  const left =
    free -
    (sharedBuffers - least.sharedBuffers) * bufferCost -
    (maintenance - least.maintenance) -
    (autovacuum - least.autovacuum) * vacuums;
  const wanted = (memory - sharedBuffers) / ((machine.maxConnections + workers) * 3) / (workload === "oltp" ? 1 : 2);
  const work = grown(least.work, Math.max(wanted, 4), left / (connections + workers));
  return amounts({ sharedBuffers, maintenance, autovacuum, work });
}

function amounts(of: typeof least): Record<string, SettingValue> {
  return {
    shared_buffers: size(of.sharedBuffers),
    wal_buffers: size(walBuffers(of.sharedBuffers)),
    work_mem: size(of.work),
    maintenance_work_mem: size(of.maintenance),
    autovacuum_work_mem: size(of.autovacuum),
  };
}

/** `wanted`, but no more than `surplus` above `floor`, and `floor` in any case. */
function grown(floor: number, wanted: number, surplus: number): number {
  return between(floor, wanted, floor + surplus);
}

/** 3 % of shared_buffers, at most a segment of WAL; and the segment where it is nearly that. */
function walBuffers(sharedBuffers: number): number {
  const share = sharedBuffers * 0.03;
  return share > 14 ? 16 : share;
}

/**
 * pgtune lets max_worker_processes be the cores, which leaves none to pg_cron or a logical subscription while parallel queries run:
 * here they come on top, as Pigsty has it. With fewer than four cores pgtune sets nothing, and the server's defaults would start more
 * workers than there are cores.
 */
function parallelism({ cores, workload, workers = 8 }: Machine): Record<string, SettingValue> {
  const half = cores < 4 ? Math.floor(cores / 2) : Math.ceil(cores / 2);
  return {
    max_worker_processes: Math.min(cores + workers, 1024),
    max_parallel_workers: Math.min(cores, 1024),
    max_parallel_workers_per_gather: Math.min(half, workload === "olap" ? 1024 : 4),
    max_parallel_maintenance_workers: Math.min(half, 4),
    autovacuum_max_workers: cores >= 32 ? 5 : cores >= 16 ? 4 : 3,
  };
}

/** MiB that WAL may grow to between two checkpoints. */
const walOf: Readonly<Record<Workload, number>> = { oltp: 8192, olap: 16384, mixed: 4096 };

/**
 * Replication by streaming, with enough WAL kept that a replica may be away for a moment without its slot.
 * pgtune's max_wal_size knows no small servers: one with 1 GB of memory would replay 8 GB of WAL after a crash. So it is at most half of
 * the memory, but 1 GB, the server's default, wherever that fits. Of a volume for WAL, a quarter is for checkpoints, an eighth is kept,
 * and slots may hold back half.
 */
function wal({ memory, workload, walVolume = Number.POSITIVE_INFINITY }: Machine): Record<string, SettingValue> {
  const maximum = between(64, Math.min(walOf[workload], Math.max(1024, memory / 2)), walVolume / 4);
  const kept = between(32, Math.max(128, Math.min(1024, memory / 16)), walVolume / 8);
  return {
    wal_level: "replica",
    hot_standby: "on",
    max_wal_senders: 10,
    max_replication_slots: 10,
    wal_keep_size: size(kept),
    max_slot_wal_keep_size: size(between(64, Math.max(4096, maximum), walVolume / 2)),
    max_wal_size: size(maximum),
    min_wal_size: size(Math.max(32, maximum / 4)),
    // Debian builds with lz4, which costs less than the disk that it saves.
    wal_compression: "lz4",
    checkpoint_completion_target: 0.9,
  };
}

const concurrency: Readonly<Record<Storage, number>> = { hdd: 2, ssd: 200, san: 300 };

/** Costs of reading, and how much a plan may cost to make. pgtune's newest gives "dw" 4 on any disk; Autobase and Pigsty do not. */
function planner({ storage, workload }: Machine): Record<string, SettingValue> {
  return {
    random_page_cost: storage === "hdd" ? 4 : 1.1,
    effective_io_concurrency: concurrency[storage],
    default_statistics_target: workload === "olap" ? 500 : 100,
    // Compiling a plan pays only for queries that run for seconds.
    jit: workload === "olap" ? "on" : "off",
  };
}

/** `wanted`, no more than `limit`, but `floor` in any case. */
function between(floor: number, wanted: number, limit: number): number {
  return Math.max(floor, Math.min(wanted, limit));
}

/** MiB as PostgreSQL writes them, rounded down so that sums hold. */
function size(mebibytes: number): string {
  if (mebibytes >= 1024 && mebibytes % 1024 === 0) return `${mebibytes / 1024}GB`;
  if (mebibytes >= 4) return `${Math.floor(mebibytes)}MB`;
  return `${Math.floor(mebibytes * 16) * 64}kB`;
}
