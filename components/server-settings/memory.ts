import { boolIn, mebibytesIn, numberIn, type Parameters, wordIn } from "./defaults.ts";
import { readList } from "./words.ts";

/** A part of the memory that a server may use. */
export interface MemoryShare {
  readonly name: string;
  readonly mebibytes: number;
  /** The settings that it comes from, as an error names them. */
  readonly from: readonly string[];
}

/** MiB of Patroni, the server's own processes and the health checks, none of which any setting changes: what an idle member held, rounded up. */
export const fixedMebibytes = 64;

/**
 * MiB that a connection holds besides what its queries sort: its process's private memory with a few dozen tables in its caches
 * (1.1 idle, 1.4 under pgbench with prepared statements, measured) and what the kernel keeps for it.
 */
export const connectionMebibytes = 2;

/**
 * The kernel keeps 8 bytes of page table in each process for every 4 KiB of shared_buffers that it has touched. A connection that
 * lives long is taken to have touched half.
 */
export const pageTableShare = 1 / 1024;

/** MiB of the tables, queues and caches that every server has in shared memory, whatever is set. */
const sharedBase = 10;
/** Beside each MiB of shared_buffers: descriptors, hash table, sort space of checkpoints. */
export const bufferOverhead = 0.025;

const mebi = 1024 ** 2;
const block = 8192;

/**
 * MiB of shared memory that the server takes at its start, no less than `postgres -C shared_memory_size` says. The bytes for each
 * slot are measured from that.
 */
export function sharedShares(parameters: Parameters): MemoryShare[] {
  const buffers = mebibytesIn(parameters, "shared_buffers");
  const libraries = readList(wordIn(parameters, "shared_preload_libraries")) ?? [];
  const statements = libraries.includes("pg_stat_statements") ? numberIn(parameters, "pg_stat_statements.max") : 0;
  return [
    { name: "the server's own tables", mebibytes: sharedBase, from: [] },
    { name: "shared_buffers", mebibytes: buffers * (1 + bufferOverhead), from: ["shared_buffers"] },
    { name: "wal_buffers", mebibytes: walBuffers(parameters, buffers), from: ["wal_buffers"] },
    { name: "transaction status", mebibytes: statusBuffers(parameters, buffers), from: statusSettings },
    { name: "slots for processes and locks", mebibytes: slotMebibytes(parameters), from: slotSettings },
    {
      name: "min_dynamic_shared_memory",
      mebibytes: mebibytesIn(parameters, "min_dynamic_shared_memory"),
      from: ["min_dynamic_shared_memory"],
    },
    { name: "pg_stat_statements", mebibytes: (statements * 450) / mebi, from: ["pg_stat_statements.max"] },
  ];
}

function walBuffers(parameters: Parameters, buffers: number): number {
  if (numberIn(parameters, "wal_buffers") >= 0) return mebibytesIn(parameters, "wal_buffers");
  return Math.min(16, buffers / 32);
}

/** Blocks that are 0 follow shared_buffers: a 512th of them, at most 1024 blocks. */
const followers = ["commit_timestamp_buffers", "subtransaction_buffers", "transaction_buffers"];
const statusSettings = [
  ...followers,
  "multixact_member_buffers",
  "multixact_offset_buffers",
  "notify_buffers",
  "serializable_buffers",
];

function statusBuffers(parameters: Parameters, buffers: number): number {
  return statusSettings.reduce((sum, name) => {
    const blocks = numberIn(parameters, name);
    const following = Math.max(16, Math.min(1024, (buffers * mebi) / block / 512));
    return sum + ((blocks === 0 && followers.includes(name) ? following : blocks) * block * 1.02) / mebi;
  }, 0);
}

const slotSettings = [
  "max_connections",
  "max_worker_processes",
  "max_wal_senders",
  "autovacuum_max_workers",
  "max_prepared_transactions",
  "max_locks_per_transaction",
  "max_pred_locks_per_transaction",
  "track_activity_query_size",
  "max_replication_slots",
  "max_logical_replication_workers",
];

/** Processes that the server reserves room for. */
export function processSlots(parameters: Parameters): number {
  return ["max_connections", "max_worker_processes", "max_wal_senders", "autovacuum_max_workers"].reduce(
    (sum, name) => sum + numberIn(parameters, name),
    1,
  );
}

function slotMebibytes(parameters: Parameters): number {
  const processes = processSlots(parameters);
  const prepared = numberIn(parameters, "max_prepared_transactions");
  const each =
    numberIn(parameters, "max_locks_per_transaction") * 450 +
    numberIn(parameters, "max_pred_locks_per_transaction") * 280 +
    8192;
  const bytes =
    (processes + prepared) * each +
    processes * numberIn(parameters, "track_activity_query_size") +
    (numberIn(parameters, "max_replication_slots") + numberIn(parameters, "max_logical_replication_workers")) * 400;
  return bytes / mebi;
}

/** MiB that a session holds while it runs: its own, and its page tables of the shared buffers. */
function perConnection(parameters: Parameters): number {
  return connectionMebibytes + mebibytesIn(parameters, "shared_buffers") * pageTableShare;
}

/**
 * What a server may use in the worst reasonable case, by part. `parameters` are all that are set; what is not counts as the server's
 * own default. `connections` are those that are open at once: what the poolers may open, and those of this library itself.
 *
 * Sorting and hashing: half of the connections and of the parallel workers run a query at the same time whose hash holds `work_mem`
 * times `hash_mem_multiplier`. With that multiplier's default of 2 this is one `work_mem` for each. A query may take several times
 * as much, and most take nothing; pgtune's three for each connection are for a setting, not for a limit.
 * Maintenance: every autovacuum worker at once, beside one VACUUM or CREATE INDEX by hand.
 * Temporary tables (`temp_buffers`) are not counted: a session takes them page by page, and few do.
 */
export function memoryShares(parameters: Parameters, options: { readonly connections: number }): MemoryShare[] {
  const { connections } = options;
  const workers = Math.min(
    numberIn(parameters, "max_parallel_workers"),
    numberIn(parameters, "max_worker_processes"),
    numberIn(parameters, "max_parallel_workers_per_gather") === 0 ? 0 : Number.POSITIVE_INFINITY,
  );
  const hash = mebibytesIn(parameters, "work_mem") * numberIn(parameters, "hash_mem_multiplier");
  const maintenance = mebibytesIn(parameters, "maintenance_work_mem");
  const vacuum = numberIn(parameters, "autovacuum_work_mem");
  const eachVacuum = vacuum < 0 ? maintenance : mebibytesIn(parameters, "autovacuum_work_mem");
  const vacuums = boolIn(parameters, "autovacuum") ? numberIn(parameters, "autovacuum_max_workers") : 0;
  return [
    { name: "Patroni and the server itself", mebibytes: fixedMebibytes, from: [] },
    ...sharedShares(parameters),
    {
      name: `${connections} connections`,
      mebibytes: connections * perConnection(parameters),
      from: ["max_connections", "shared_buffers"],
    },
    {
      name: "sorting and hashing",
      mebibytes: ((connections + workers) * hash) / 2,
      from: ["work_mem", "hash_mem_multiplier", "max_parallel_workers"],
    },
    { name: "maintenance by hand", mebibytes: maintenance, from: ["maintenance_work_mem"] },
    {
      name: "autovacuum",
      mebibytes: vacuums * eachVacuum,
      from: ["autovacuum_max_workers", vacuum < 0 ? "maintenance_work_mem" : "autovacuum_work_mem"],
    },
  ];
}

/** MiB that a server may use in the worst reasonable case: the sum of `memoryShares`. */
export function memoryOf(parameters: Parameters, options: { readonly connections: number }): number {
  return Math.ceil(memoryShares(parameters, options).reduce((sum, { mebibytes }) => sum + mebibytes, 0));
}
