import { numberOf, preloadLibraries, type SettingValue, tune } from "../server-settings/index.ts";
import { sizeText } from "../units.ts";
import { assumedConnections, assumedCores, type ClusterSettings } from "./args.ts";

export type Parameters = Readonly<Record<string, SettingValue>>;

/** Settings of the servers with where they come from, as a person reads it. */
export interface ParameterLayer {
  readonly source: string;
  readonly values: Parameters;
}

/** What this library sets on every server. */
const base: Parameters = {
  // Crash recovery is part of the time without a primary: keep it short.
  checkpoint_timeout: "5min",
  // pg_rewind can then tell which blocks differ, whatever the checksums do.
  wal_log_hints: "on",
  password_encryption: "scram-sha-256",
  log_line_prefix: "%m [%p] %q%u@%d %a ",
  log_checkpoints: "on",
  log_lock_waits: "on",
  // Jobs run without a login of their own, and a slot is left for what else asks for one.
  "cron.use_background_workers": "on",
  "cron.max_running_jobs": 5,
  // Kills a dead client's session within a minute, so that its locks go.
  tcp_keepalives_idle: 30,
  tcp_keepalives_interval: 10,
  tcp_keepalives_count: 3,
};

/** The server connections that a member of these settings allows. */
export function maxConnections({ connections, parameters }: Pick<ClusterSettings, "connections" | "parameters">) {
  const given = parameters.max_connections;
  const set = given === undefined ? undefined : numberOf("max_connections", given);
  return set ?? connections ?? assumedConnections;
}

/**
 * MiB of `/dev/shm` in each member, where the workers of a parallel query share what they hash: one number for all sizes, because
 * it is part of the container, and the memory limit holds what is really used.
 */
export const sharedMemory = 65_536;

/** The settings that the servers of a cluster get, by where they come from, the lowest first. */
export function parameterLayers(settings: ClusterSettings, libraries: readonly string[]): readonly ParameterLayer[] {
  const { memory, storage, workload, parameters } = settings;
  const cores = Math.max(1, Math.round(settings.cores ?? assumedCores));
  // The other half is for the data.
  const machine = { memory, cores, storage, workload, walVolume: settings.volumeSize / 2 };
  const preload = preloadLibraries(parameters, libraries);
  return [
    { source: "this library", values: base },
    {
      source: `tuned: memory ${sizeText(memory)}, ${cores} ${cores === 1 ? "core" : "cores"}, ${storage}, ${workload}`,
      values: tune({ ...machine, maxConnections: maxConnections(settings) }, parameters),
    },
    { source: "parameters", values: parameters },
    // What the user names comes beside what the extensions need.
    ...(preload === "" ? [] : [{ source: "extensions", values: { shared_preload_libraries: preload } }]),
  ];
}

/** The settings that the servers of a cluster get: this library's, those tuned for what they run on, and the user's, which win. */
export function serverParameters(settings: ClusterSettings, libraries: readonly string[]): Parameters {
  return Object.assign({}, ...parameterLayers(settings, libraries).map(({ values }) => values));
}
