import { assumedConnections, type ClusterSettings } from "./args.ts";

type Parameters = Readonly<Record<string, string | number | boolean>>;

/** What this library sets on every server; what is tuned and `parameters` of the arguments win over it. */
const base: Parameters = {
  shared_buffers: "128MB",
  wal_level: "replica",
  hot_standby: "on",
  max_wal_senders: 10,
  max_replication_slots: 10,
  wal_keep_size: "128MB",
  // A replica that stays away must not fill the primary's disk.
  max_slot_wal_keep_size: "4GB",
  // Crash recovery is part of the time without a primary: keep it short.
  checkpoint_timeout: "5min",
  max_wal_size: "1GB",
  wal_log_hints: "on",
  password_encryption: "scram-sha-256",
  log_line_prefix: "%m [%p] %q%u@%d %a ",
  log_checkpoints: "on",
  log_lock_waits: "on",
  // Kills a dead client's session within a minute, so that its locks go.
  tcp_keepalives_idle: 30,
  tcp_keepalives_interval: 10,
  tcp_keepalives_count: 3,
};

/** The settings that the servers of a cluster get. */
export function serverParameters(settings: ClusterSettings, libraries: readonly string[]): Parameters {
  return {
    ...base,
    max_connections: settings.connections ?? assumedConnections,
    ...(libraries.length > 0 ? { shared_preload_libraries: libraries.join(",") } : {}),
    ...settings.parameters,
  };
}
