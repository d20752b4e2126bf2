import { describe, expect, it } from "vitest";
import type { SettingValue } from "./catalogue.ts";
import { contradictions } from "./contradictions.ts";

type Parameters = Record<string, SettingValue>;

describe("values that exclude each other", () => {
  it.each<[Parameters, string, RegExp]>([
    [
      { max_connections: 30, superuser_reserved_connections: 20, reserved_connections: 10 },
      "superuser_reserved_connections",
      /superuser_reserved_connections, 20, and reserved_connections, 10, reserve 30 of max_connections, 30/,
    ],
    [
      { max_connections: 262000, max_worker_processes: 500 },
      "max_connections",
      /max_connections, 262000, max_worker_processes, 500, .* make 262514 processes .*262143 at most/,
    ],
    [
      { max_parallel_workers: 16, max_worker_processes: 8 },
      "max_parallel_workers",
      /max_parallel_workers, 16, is more than max_worker_processes, 8,.*; lower max_parallel_workers or raise max_worker/,
    ],
    [
      { max_parallel_workers_per_gather: 9 },
      "max_parallel_workers_per_gather",
      /max_parallel_workers_per_gather, 9, is more than max_parallel_workers, 8 by default,/,
    ],
    [
      { max_parallel_maintenance_workers: 9 },
      "max_parallel_maintenance_workers",
      /more than max_parallel_workers, 8 by default,/,
    ],
    [
      { max_logical_replication_workers: 9 },
      "max_logical_replication_workers",
      /more than max_worker_processes, 8 by default,/,
    ],
    [
      { max_sync_workers_per_subscription: 5 },
      "max_sync_workers_per_subscription",
      /max_logical_replication_workers, 4/,
    ],
    [
      { min_wal_size: "2GB", max_wal_size: "1GB" },
      "min_wal_size",
      /min_wal_size, 2GB, is more than max_wal_size, 1GB,/,
    ],
    [{ min_wal_size: "2GB" }, "min_wal_size", /max_wal_size, 1024 by default,/],
    [
      { wal_keep_size: "1GB", max_slot_wal_keep_size: "512MB" },
      "wal_keep_size",
      /wal_keep_size, 1GB, is more than max_slot_wal_keep_size, 512MB,/,
    ],
    [{ track_counts: "off" }, "track_counts", /track_counts, off, leaves autovacuum/],
    [{ archive_mode: "on" }, "archive_mode", /neither archive_command nor archive_library/],
    [{ archive_mode: "always", archive_command: "" }, "archive_mode", /archive_mode is always/],
    [{ archive_command: "x", archive_library: "basic_archive" }, "archive_library", /both set/],
    [{ log_statement_stats: true, log_parser_stats: "on" }, "log_statement_stats", /log_parser_stats, on, exclude/],
    [{ log_destination: "stderr, csvlog" }, "log_destination", /csvlog, files that logging_collector writes/],
    [
      { ssl_min_protocol_version: "TLSv1.3", ssl_max_protocol_version: "TLSv1.2" },
      "ssl_min_protocol_version",
      /TLSv1.3, is above ssl_max_protocol_version, TLSv1.2,/,
    ],
    [{ sync_replication_slots: "on" }, "sync_replication_slots", /needs wal_level logical and hot_standby_feedback on/],
  ])("%j", (parameters, path, message) => {
    expect(contradictions(parameters)).toEqual([{ path, message: expect.stringMatching(message) }]);
  });

  it.each<[Parameters]>([
    [{}],
    [{ max_parallel_workers: 4, max_parallel_workers_per_gather: 4, max_parallel_maintenance_workers: 4 }],
    [{ max_worker_processes: 2, max_parallel_workers: 1 }],
    [{ wal_keep_size: "1GB", max_slot_wal_keep_size: -1 }],
    [{ wal_keep_size: "1GB", max_slot_wal_keep_size: "1GB" }],
    [{ track_counts: "off", autovacuum: "off" }],
    [{ archive_mode: "on", archive_command: "cp %p /archive/%f" }],
    [{ archive_mode: "off" }],
    [{ log_destination: "csvlog", logging_collector: true }],
    [{ log_parser_stats: true, log_planner_stats: true }],
    [{ ssl_min_protocol_version: "TLSv1.3" }],
    [{ sync_replication_slots: "on", wal_level: "logical", hot_standby_feedback: "on" }],
  ])("not %j", (parameters) => {
    expect(contradictions(parameters)).toEqual([]);
  });
});
