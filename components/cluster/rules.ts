import { type Problem, within } from "../arguments.ts";
import { knownEntries } from "../known-parts.ts";
import {
  bytesOf,
  contradictions,
  memoryOf,
  memoryShares,
  numberOf,
  parameterProblems,
} from "../server-settings/index.ts";
import { sizeText } from "../units.ts";
import type { ClusterSettings } from "./args.ts";
import { maxConnections, type Parameters, serverParameters } from "./server-parameters.ts";

/** What the databases of a cluster need of its servers. */
export interface Extensions {
  readonly names: readonly string[];
  /** What `shared_preload_libraries` must hold for them. */
  readonly libraries: readonly string[];
}

/** A rule of a cluster; `extensions` is asked only where it is needed, because it may be what is wrong. */
export type ClusterRule = (settings: ClusterSettings, extensions: () => Extensions) => readonly Problem[];

const effective = (settings: ClusterSettings, extensions: () => Extensions) =>
  serverParameters(settings, extensions().libraries);

/** What no single field of a cluster shows. */
export const clusterRules: readonly ClusterRule[] = [
  leaseRule,
  synchronousRule,
  parameterRule,
  (settings, extensions) => within("parameters", contradictions(effective(settings, extensions))),
  (settings, extensions) => memoryRule(settings, (memory) => effective({ ...settings, memory }, extensions)),
  (settings, extensions) => walRule(settings, effective(settings, extensions)),
  (settings, extensions) => replicationRule(settings, effective(settings, extensions)),
];

function leaseRule({ timings }: ClusterSettings): Problem[] {
  const { ttl, loopWait, retryTimeout } = timings;
  const sum = loopWait + 2 * retryTimeout;
  if (sum <= ttl) return [];
  const message = `loopWait + 2 * retryTimeout is ${sum} s, more than ttl, ${ttl} s; raise ttl to ${sum} or lower the others`;
  return [{ path: "timings", message }];
}

function synchronousRule({ members, synchronousMode, synchronousNodeCount }: ClusterSettings): Problem[] {
  if (synchronousMode === "off" || members === 1 || synchronousNodeCount < members) return [];
  const message = `${synchronousNodeCount} synchronous replicas of ${members - 1} that there are; at most ${members - 1}, or more members`;
  return [{ path: "synchronousNodeCount", message }];
}

/** Every parameter that a server would refuse, or that is not the user's to set. One that is no value at all hides no other. */
function parameterRule({ parameters, synchronousMode }: ClusterSettings, extensions: () => Extensions): Problem[] {
  const options = { extensions: extensions().names, synchronousMode };
  return within("parameters", parameterProblems(knownEntries(parameters), options));
}

/** What the servers may use in the worst reasonable case must be below their limit: above it the kernel kills them. */
function memoryRule(settings: ClusterSettings, parametersFor: (memory: number) => Parameters): Problem[] {
  const connections = maxConnections(settings);
  const parameters = parametersFor(settings.memory);
  const wanted = memoryOf(parameters, { connections });
  if (wanted <= settings.memory) return [];
  const enough = leastMemory(settings.memory, (memory) => memoryOf(parametersFor(memory), { connections }));
  const largest = [...memoryShares(parameters, { connections })]
    .sort((one, other) => other.mebibytes - one.mebibytes)
    .slice(0, 3)
    .map(({ name, mebibytes, from }) => {
      const set = from.filter((setting) => parameters[setting] !== undefined).slice(0, 3);
      const settings = set.map((setting) => `${setting} ${parameters[setting]}`).join(", ");
      return `${name} ${Math.ceil(mebibytes)}MiB${settings === "" ? "" : ` (${settings})`}`;
    });
  const message = `${sizeText(settings.memory)} is less than the ${wanted}MiB that the servers may use, most of it for ${largest.join("; ")}; ${enough === undefined ? "" : `raise it to ${sizeText(enough)}, or `}lower these settings`;
  return [{ path: "memory", message }];
}

/** A parallel query that finds no room fails with "could not resize shared memory segment". */
/** The least limit in steps of 256 MiB that holds what it leads to: with more memory some settings grow. */
function leastMemory(from: number, wantedOf: (memory: number) => number): number | undefined {
  const step = 256;
  const most = 1024 * 1024;
  for (let memory = (Math.floor(from / step) + 1) * step; memory <= most; ) {
    if (wantedOf(memory) <= memory) return memory;
    memory = Math.max(memory + step, Math.ceil((memory * 1.05) / step) * step);
  }
  return undefined;
}

/** MiB of WAL that may lie on the volume at once; `undefined` without a limit. */
export function walKept(parameters: Parameters): number | undefined {
  const mebibytes = (name: string) => (bytesOf(name, parameters[name] ?? 0) ?? 0) / 1024 ** 2;
  if (numberOf("max_slot_wal_keep_size", parameters.max_slot_wal_keep_size ?? -1) === -1) return undefined;
  return mebibytes("max_wal_size") + Math.max(mebibytes("wal_keep_size"), mebibytes("max_slot_wal_keep_size"));
}

/** A volume that WAL fills stops the primary; so it may have half, and the data the rest. */
function walRule({ volumeSize }: ClusterSettings, parameters: Parameters): Problem[] {
  const allowed = volumeSize / 2;
  const kept = walKept(parameters);
  if (kept === undefined) {
    const message = `-1 lets a replica that stays away fill the primary's volume, ${sizeText(volumeSize)}; give a size, at most ${Math.floor(allowed)}MB with max_wal_size`;
    return [{ path: "parameters.max_slot_wal_keep_size", message }];
  }
  if (kept <= allowed) return [];
  const names = ["max_wal_size", "wal_keep_size", "max_slot_wal_keep_size"];
  const values = names.map((name) => `${name} ${parameters[name]}`).join(", ");
  const message = `${sizeText(volumeSize)} is too little for the write-ahead log that may be kept: ${Math.ceil(kept)}MiB with ${values}, and it may take half; raise volumeSize to ${sizeText(Math.ceil((2 * kept) / 1024) * 1024)}, or lower these settings`;
  return [{ path: "volumeSize", message }];
}

/** Each replica needs a sender and a slot; a base backup for a new one takes two senders and a slot more. */
function replicationRule({ members }: ClusterSettings, parameters: Parameters): Problem[] {
  const replicas = members - 1;
  const needs = [
    {
      name: "max_wal_senders",
      least: replicas + 2,
      why: "each replica takes one, and a new replica's base backup two",
    },
    { name: "max_replication_slots", least: replicas + 1, why: "each replica takes one, and a base backup one" },
  ];
  return needs.flatMap(({ name, least, why }) => {
    const value = parameters[name] === undefined ? undefined : numberOf(name, parameters[name]);
    if (value === undefined || value >= least) return [];
    const message = `${value} is too few for ${members} members: ${why}; at least ${least}`;
    return [{ path: `parameters.${name}`, message }];
  });
}
