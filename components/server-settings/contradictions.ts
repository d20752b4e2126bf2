import type { Problem } from "../arguments.ts";
import { boolIn, mebibytesIn, numberIn, type Parameters, shown, wordIn } from "./defaults.ts";
import { processSlots } from "./memory.ts";
import { readList } from "./words.ts";

/** The most processes that PostgreSQL 17 can have: MAX_BACKENDS of its postmaster.h. */
const mostProcesses = 2 ** 18 - 1;

type Rule = (parameters: Parameters) => Problem | undefined;

/** One setting that must not be more than another, both numbers without a unit. The server makes do where it is only its own default that is. */
function atMost(name: string, limit: string, because: string): Rule {
  return (parameters) => {
    if (parameters[name] === undefined || numberIn(parameters, name) <= numberIn(parameters, limit)) return undefined;
    const message = `${shown(parameters, name)} is more than ${shown(parameters, limit)} ${because}; lower ${name} or raise ${limit}`;
    return { path: name, message };
  };
}

const rules: readonly Rule[] = [
  (parameters) => {
    const reserves = ["superuser_reserved_connections", "reserved_connections"] as const;
    const reserved = reserves.reduce((sum, name) => sum + numberIn(parameters, name), 0);
    const connections = numberIn(parameters, "max_connections");
    if (reserved < connections) return undefined;
    const message = `${reserves.map((name) => shown(parameters, name)).join(" and ")} reserve ${reserved} of max_connections, ${connections}; there must be more connections than reserves`;
    return { path: "superuser_reserved_connections", message };
  },
  (parameters) => {
    const processes = processSlots(parameters);
    if (processes <= mostProcesses) return undefined;
    const names = ["max_connections", "max_worker_processes", "max_wal_senders", "autovacuum_max_workers"];
    const values = names.map((name) => shown(parameters, name)).join(" ");
    return {
      path: "max_connections",
      message: `${values} make ${processes} processes with the launcher; a server has ${mostProcesses} at most; lower one of them`,
    };
  },
  atMost("max_parallel_workers", "max_worker_processes", "whose slots parallel workers take"),
  atMost("max_parallel_workers_per_gather", "max_parallel_workers", "of which one query cannot have more than all"),
  atMost("max_parallel_maintenance_workers", "max_parallel_workers", "of which one command cannot have more than all"),
  atMost("max_logical_replication_workers", "max_worker_processes", "whose slots they take"),
  atMost("max_sync_workers_per_subscription", "max_logical_replication_workers", "whose slots they take"),
  atMost("max_parallel_apply_workers_per_subscription", "max_logical_replication_workers", "whose slots they take"),
  (parameters) => {
    if (mebibytesIn(parameters, "min_wal_size") <= mebibytesIn(parameters, "max_wal_size")) return undefined;
    return {
      path: "min_wal_size",
      message: `${shown(parameters, "min_wal_size")} is more than ${shown(parameters, "max_wal_size")} so that WAL could never shrink to it; lower the one or raise the other`,
    };
  },
  (parameters) => {
    const limit = numberIn(parameters, "max_slot_wal_keep_size");
    if (limit < 0 || numberIn(parameters, "wal_keep_size") <= limit) return undefined;
    return {
      path: "wal_keep_size",
      message: `${shown(parameters, "wal_keep_size")} is more than ${shown(parameters, "max_slot_wal_keep_size")} which limits what is kept for replicas; lower the one or raise the other`,
    };
  },
  (parameters) => {
    if (!boolIn(parameters, "autovacuum") || boolIn(parameters, "track_counts")) return undefined;
    return {
      path: "track_counts",
      message: `${shown(parameters, "track_counts")} leaves autovacuum, which is on, without the counts that it goes by; set track_counts to on`,
    };
  },
  (parameters) => {
    const commands = ["archive_command", "archive_library"].filter((name) => wordIn(parameters, name).trim() !== "");
    const mode = wordIn(parameters, "archive_mode");
    const archiving = mode === "always" || boolIn(parameters, "archive_mode");
    if (commands.length === 2) {
      return {
        path: "archive_library",
        message: "archive_command and archive_library are both set; one of them archives, remove the other",
      };
    }
    if (!archiving || commands.length === 1) return undefined;
    return {
      path: "archive_mode",
      message: `archive_mode is ${mode}, but neither archive_command nor archive_library says how: WAL would stay until the volume is full; set one of them, or archive_mode to off`,
    };
  },
  (parameters) => {
    const others = ["log_parser_stats", "log_planner_stats", "log_executor_stats"].filter((name) =>
      boolIn(parameters, name),
    );
    if (!boolIn(parameters, "log_statement_stats") || others.length === 0) return undefined;
    return {
      path: "log_statement_stats",
      message: `log_statement_stats, on, and ${others.join(", ")}, on, exclude each other; set one or the other to off`,
    };
  },
  (parameters) => {
    const files = (readList(wordIn(parameters, "log_destination")) ?? []).filter(
      (to) => to === "csvlog" || to === "jsonlog",
    );
    if (files.length === 0 || boolIn(parameters, "logging_collector")) return undefined;
    return {
      path: "log_destination",
      message: `log_destination holds ${files.join(" and ")}, files that logging_collector writes, which is off; set logging_collector to on, or log_destination to stderr`,
    };
  },
  (parameters) => {
    const versions = ["tlsv1", "tlsv1.1", "tlsv1.2", "tlsv1.3"];
    const lowest = versions.indexOf(wordIn(parameters, "ssl_min_protocol_version"));
    const highest = versions.indexOf(wordIn(parameters, "ssl_max_protocol_version"));
    if (highest < 0 || lowest <= highest) return undefined;
    return {
      path: "ssl_min_protocol_version",
      message: `${shown(parameters, "ssl_min_protocol_version")} is above ${shown(parameters, "ssl_max_protocol_version")} so that no version is left; lower the one or raise the other`,
    };
  },
  (parameters) => {
    if (!boolIn(parameters, "sync_replication_slots")) return undefined;
    const logical = wordIn(parameters, "wal_level") === "logical";
    const feedback = boolIn(parameters, "hot_standby_feedback");
    if (logical && feedback) return undefined;
    const lacks = [...(logical ? [] : ["wal_level logical"]), ...(feedback ? [] : ["hot_standby_feedback on"])];
    return {
      path: "sync_replication_slots",
      message: `sync_replication_slots, on, needs ${lacks.join(" and ")}, not ${wordIn(parameters, "wal_level")} and ${wordIn(parameters, "hot_standby_feedback")}; set them, or sync_replication_slots to off`,
    };
  },
];

/**
 * Values that exclude each other, each problem with both names. Give all that a server will have: this library's and the user's. What is
 * in none counts as the server's own default.
 */
export function contradictions(parameters: Parameters): Problem[] {
  return rules.map((rule) => rule(parameters)).filter((problem) => problem !== undefined);
}
