/** How Patroni treats a setting that it watches over. */
export type PatroniControl =
  /** It writes the value itself, and leaves out any that it is given. */
  | "owned"
  /** It takes the value from its dynamic configuration alone and hands it over on the command line: nothing else changes it. */
  | "dynamic"
  /** As `dynamic`, and the servers that follow must not have less than the primary: they restart first to grow, last to shrink. */
  | "standby-first";

const controls: Readonly<Record<string, PatroniControl>> = {
  archive_cleanup_command: "owned",
  cluster_name: "owned",
  listen_addresses: "owned",
  port: "owned",
  primary_conninfo: "owned",
  primary_slot_name: "owned",
  recovery_end_command: "owned",
  recovery_min_apply_delay: "owned",
  recovery_target: "owned",
  recovery_target_action: "owned",
  recovery_target_inclusive: "owned",
  recovery_target_lsn: "owned",
  recovery_target_name: "owned",
  recovery_target_time: "owned",
  recovery_target_timeline: "owned",
  recovery_target_xid: "owned",
  restore_command: "owned",
  synchronous_standby_names: "owned",
  hot_standby: "dynamic",
  max_replication_slots: "dynamic",
  track_commit_timestamp: "dynamic",
  wal_keep_size: "dynamic",
  wal_level: "dynamic",
  wal_log_hints: "dynamic",
  max_connections: "standby-first",
  max_locks_per_transaction: "standby-first",
  max_prepared_transactions: "standby-first",
  max_wal_senders: "standby-first",
  max_worker_processes: "standby-first",
};

/**
 * What Patroni makes of a setting; `undefined` where it only writes it down.
 * https://patroni.readthedocs.io/en/latest/dynamic_configuration.html, https://www.postgresql.org/docs/17/hot-standby.html
 */
export function patroniControl(name: string): PatroniControl | undefined {
  return Object.hasOwn(controls, name) ? controls[name] : undefined;
}
