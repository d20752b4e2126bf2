import type { SettingValue } from "./catalogue.ts";
import { numberIn, type Parameters } from "./defaults.ts";
import { bufferOverhead, memoryOf, pageTableShare } from "./memory.ts";
import { bytesOf } from "./numbers.ts";
import { size } from "./sizes.ts";
import type { Machine } from "./tune.ts";

/** MiB of the settings that are sizes of memory. */
interface Amounts {
  readonly sharedBuffers: number;
  readonly maintenance: number;
  readonly autovacuum: number;
  readonly work: number;
}

/** The least that is of use. */
const least: Amounts = { sharedBuffers: 32, maintenance: 16, autovacuum: 4, work: 1 };

/** The most that each has of the memory above that least. What is left is for sorting and hashing. */
const most = { sharedBuffers: 0.5, maintenance: 0.15, autovacuum: 0.1 };

/** Beside each MiB of shared_buffers: its own overhead, wal_buffers, and the buffers of transaction status that follow it. */
const besideBuffers = bufferOverhead + 0.03 + 0.006;

/** `rest` is all that is set beside these, and what a user sets of these. */
export function memoryAmounts(machine: Machine, rest: Parameters): Record<string, SettingValue> {
  const { memory, workload } = machine;
  const connections = Math.min(machine.connections ?? machine.maxConnections, machine.maxConnections);
  const workers = numberIn(rest, "max_parallel_workers");
  const vacuums = numberIn(rest, "autovacuum_max_workers");
  const given = givenIn(rest);
  const floor = { ...least, ...given };
  // A tenth stays for the kernel's cache and for what nobody counts.
  const free = Math.max(0, memory * 0.9 - memoryOf({ ...amounts(floor), ...rest }, { connections }));
  /** `wanted`, but no more than `surplus` above the least, and that in any case. */
  const grown = (name: keyof Amounts, wanted: number, surplus: number) =>
    given[name] ?? Math.max(floor[name], Math.min(wanted, floor[name] + surplus));

  const bufferCost = 1 + besideBuffers + connections * pageTableShare;
  const sharedBuffers = grown("sharedBuffers", memory / 4, (free * most.sharedBuffers) / bufferCost);
  // "dw" has twice as much: loads and index builds are its daily work.
  const share = workload === "olap" ? 8 : 16;
  const maintenance = grown("maintenance", Math.min(memory / share, 8192), free * most.maintenance);
  // A quarter of the maintenance_work_mem that pgtune gives each autovacuum worker: all of them may run at once, and PostgreSQL 17
  // keeps the addresses of dead rows in a fraction of the memory that older ones needed.
  const autovacuum = grown("autovacuum", Math.min(memory / 64, 2048), (free * most.autovacuum) / Math.max(1, vacuums));
  const left =
    free -
    (sharedBuffers - floor.sharedBuffers) * bufferCost -
    (maintenance - floor.maintenance) -
    (autovacuum - floor.autovacuum) * vacuums;
  const wanted = (memory - sharedBuffers) / ((machine.maxConnections + workers) * 3) / (workload === "oltp" ? 1 : 2);
  const perHash = ((connections + workers) * numberIn(rest, "hash_mem_multiplier")) / 2;
  const work = grown("work", Math.max(wanted, 4), left / perHash);
  return amounts({ sharedBuffers, maintenance, autovacuum, work });
}

function amounts(of: Amounts): Record<string, SettingValue> {
  return {
    shared_buffers: size(of.sharedBuffers),
    wal_buffers: size(walBuffers(of.sharedBuffers)),
    work_mem: size(of.work),
    maintenance_work_mem: size(of.maintenance),
    autovacuum_work_mem: size(of.autovacuum),
  };
}

const names: Readonly<Record<keyof Amounts, string>> = {
  sharedBuffers: "shared_buffers",
  maintenance: "maintenance_work_mem",
  autovacuum: "autovacuum_work_mem",
  work: "work_mem",
};

function givenIn(parameters: Parameters): Partial<Amounts> {
  const found = Object.entries(names).flatMap(([amount, name]) => {
    const bytes = parameters[name] === undefined ? undefined : bytesOf(name, parameters[name]);
    return bytes === undefined ? [] : [[amount, bytes / 1024 ** 2] as const];
  });
  return Object.fromEntries(found);
}

/** 3 % of shared_buffers, at most a segment of WAL; and the segment where it is nearly that. */
function walBuffers(sharedBuffers: number): number {
  const share = Math.max(sharedBuffers * 0.03, 0.0625);
  return share > 14 ? 16 : share;
}
