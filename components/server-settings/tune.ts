import type { SettingValue } from "./catalogue.ts";
import type { Parameters } from "./defaults.ts";
import { bytesOf, numberOf } from "./numbers.ts";
import { size } from "./sizes.ts";
import { memoryAmounts } from "./tune-memory.ts";

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
 *
 * `written` is what a user sets. It wins, so the result leaves it out; the other values make room for it, and contradict it only where
 * no value would not.
 */
export function tune(machine: Machine, written: Parameters = {}): Record<string, SettingValue> {
  const rest = {
    max_connections: machine.maxConnections,
    ...parallelism(machine, written),
    ...wal(machine, written),
    ...planner(machine),
  };
  const tuned = {
    ...rest,
    ...memoryAmounts(machine, { ...rest, ...written }),
    effective_cache_size: size((machine.memory * 3) / 4),
  };
  return Object.fromEntries(Object.entries(tuned).filter(([name]) => written[name] === undefined));
}

/**
 * pgtune lets max_worker_processes be the cores, which leaves none to pg_cron or a logical subscription while parallel queries run:
 * here they come on top, as Pigsty has it. With fewer than four cores pgtune sets nothing, and the server's defaults would start more
 * workers than there are cores.
 */
function parallelism({ cores, workload, workers = 8 }: Machine, written: Parameters): Record<string, SettingValue> {
  const given = (name: string) => (written[name] === undefined ? undefined : numberOf(name, written[name]));
  const half = cores < 4 ? Math.floor(cores / 2) : Math.ceil(cores / 2);
  const perGather = given("max_parallel_workers_per_gather");
  const perCommand = given("max_parallel_maintenance_workers");
  const wanted = Math.min(Math.max(cores, perGather ?? 0, perCommand ?? 0), 1024);
  const slots = given("max_worker_processes") ?? Math.min((given("max_parallel_workers") ?? wanted) + workers, 1024);
  const parallel = given("max_parallel_workers") ?? Math.min(wanted, slots);
  return {
    max_worker_processes: Math.max(slots, given("max_parallel_workers") ?? 0),
    max_parallel_workers: parallel,
    max_parallel_workers_per_gather: Math.min(half, parallel, workload === "olap" ? 1024 : 4),
    max_parallel_maintenance_workers: Math.min(half, parallel, 4),
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
function wal(
  { memory, workload, walVolume = Number.POSITIVE_INFINITY }: Machine,
  written: Parameters,
): Record<string, SettingValue> {
  const given = (name: string) => {
    const bytes = written[name] === undefined ? undefined : bytesOf(name, written[name]);
    return bytes === undefined ? undefined : bytes / 1024 ** 2;
  };
  const between = (floor: number, wanted: number, limit: number) => Math.max(floor, Math.min(wanted, limit));
  const largest = between(64, Math.min(walOf[workload], Math.max(1024, memory / 2)), walVolume / 4);
  const maximum = Math.max(largest, Math.min(given("min_wal_size") ?? 0, walVolume / 4));
  const least = Math.max(32, Math.min(largest, given("max_wal_size") ?? largest) / 4);
  const kept = between(32, Math.max(128, Math.min(1024, memory / 16)), walVolume / 8);
  const heldBack = between(64, Math.max(4096, maximum), walVolume / 2);
  return {
    wal_level: "replica",
    hot_standby: "on",
    max_wal_senders: 10,
    max_replication_slots: 10,
    wal_keep_size: size(Math.max(16, Math.min(kept, given("max_slot_wal_keep_size") ?? kept))),
    max_slot_wal_keep_size: size(Math.max(heldBack, Math.min(given("wal_keep_size") ?? 0, walVolume / 2))),
    max_wal_size: size(maximum),
    min_wal_size: size(least),
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
