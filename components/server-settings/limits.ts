/** What a server or Patroni asks of a number beside the catalogue's range, in the setting's own unit. */
export interface Limit {
  readonly min?: number;
  readonly max?: number;
  readonly multipleOf?: number;
  /** Values outside of that range that mean something else. */
  readonly also?: readonly number[];
  readonly because: string;
}

const patroniTakes = (value: string) => `below that Patroni takes ${value} instead, and says so in its log only`;
const twoSegments = "two segments of WAL of 16MB each, or the server does not start";
const banks: Limit = { multipleOf: 16, because: "the server keeps these buffers in banks of 16 blocks" };

/** Milliseconds of which somebody who writes 30 means seconds: with less than a second no server can be run. */
const timeout: Limit = {
  min: 1000,
  also: [0],
  because: "with less than a second nobody could work, and neither could Patroni",
};

const limits: Readonly<Record<string, Limit>> = {
  autovacuum_work_mem: { min: 64, also: [-1], because: "the server takes 64kB instead of less" },
  commit_timestamp_buffers: banks,
  idle_in_transaction_session_timeout: timeout,
  idle_session_timeout: timeout,
  maintenance_work_mem: { min: 1024, because: patroniTakes("1MB") },
  max_connections: { min: 25, because: patroniTakes("100") },
  max_locks_per_transaction: { min: 32, because: patroniTakes("64") },
  max_replication_slots: { min: 4, because: patroniTakes("10") },
  max_slot_wal_keep_size: {
    min: 16,
    also: [-1],
    because: "it limits wal_keep_size too, which Patroni never has below 16MB; -1 is no limit",
  },
  max_stack_depth: {
    max: 7680,
    because: "the system gives a process a stack of 8MB, and the server keeps 512kB of it",
  },
  max_wal_senders: { min: 3, because: patroniTakes("10") },
  max_wal_size: { min: 32, because: twoSegments },
  max_worker_processes: { min: 2, because: patroniTakes("8") },
  min_wal_size: { min: 32, because: twoSegments },
  multixact_member_buffers: banks,
  multixact_offset_buffers: banks,
  notify_buffers: banks,
  serializable_buffers: banks,
  statement_timeout: timeout,
  subtransaction_buffers: banks,
  tcp_user_timeout: timeout,
  temp_file_limit: {
    min: 1024,
    also: [-1],
    because: "a query that sorts more than that on disk fails; -1 is no limit",
  },
  transaction_buffers: banks,
  transaction_timeout: timeout,
  vacuum_buffer_usage_limit: { min: 128, also: [0], because: "the server takes 0, no limit, or no less than that" },
  wal_buffers: { min: 4, also: [-1], because: "the server takes 32kB instead of less" },
  wal_receiver_timeout: timeout,
  wal_sender_timeout: timeout,
  wal_keep_size: { min: 16, because: patroniTakes("128MB") },
};

export function limitOf(name: string): Limit | undefined {
  return Object.hasOwn(limits, name) ? limits[name] : undefined;
}
