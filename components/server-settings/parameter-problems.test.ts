import { describe, expect, it } from "vitest";
import { extensionNames } from "../databases/extensions.ts";
import type { SettingValue } from "./catalogue.ts";
import { parameterProblems } from "./parameter-problems.ts";

const told = (parameters: Record<string, SettingValue>, extensions: readonly string[] = []) =>
  parameterProblems(parameters, { extensions });

describe("a setting is refused", () => {
  it.each<[string, SettingValue, RegExp]>([
    ["shared_bufers", "1GB", /^unknown setting "shared_bufers"; did you mean "shared_buffers"\?$/],
    ["Work_Mem", "1MB", /^this setting is spelt "work_mem"$/],
    ["timezone", "UTC", /spelt "TimeZone"/],
    ["tuning_magic_level", 11, /PostgreSQL 17 has none of that name/],
    ["__proto__x", 1, /unknown setting/],

    ["work_mem", "16GiB", /has the unit "GiB".*write "16GB"/],
    [
      "statement_timeout",
      30,
      /expected 0 or 1s to about 24.9d \(.*not 30; a number without a unit is in ms; write "30s" for seconds/,
    ],
    ["max_connections", 10, /expected 25 to 262143 \(below that Patroni takes 100 instead.*\), not 10$/],
    ["max_wal_senders", 2, /expected 3 to 262143/],
    ["max_connections", 300000, /expected 25 to 262143, not 300000$/],
    ["wal_buffers", 2, /expected -1 or 32kB to .*without a unit is in 8kB/],
    ["max_stack_depth", "8MB", /100kB to 7680kB/],
    ["transaction_buffers", 17, /in steps of 128kB/],
    ["vacuum_buffer_usage_limit", "64kB", /expected 0 or 128kB to 16GB/],
    ["maintenance_work_mem", "512kB", /expected 1MB to about 2TB \(below that Patroni takes 1MB/],
    ["min_wal_size", "16MB", /expected 32MB to .*the server does not start/],
    ["temp_file_limit", 0, /expected -1 or 1MB to .*-1 is no limit/],
    ["random_page_cost", -1, /expected 0 to .*, not -1$/],

    ["jit", "maybe", /^expected on or off, not "maybe"$/],
    ["jit", "t", /expected on or off/],
    ["log_statement", "dll", /expected one of none, ddl, mod, all, not "dll"; did you mean "ddl"\?/],
    ["log_line_prefix", true, /expected text, not true/],
    ["log_line_prefix", "%m\n", /control character/],
    ["log_file_mode", 640, /as text, from "0600"/],
    ["log_file_mode", "0777", /as text, from "0600"/],
    ["TimeZone", "Europe/Pariss", /no time zone that the image knows; did you mean "Europe\/Paris"\?/],
    ["TimeZone", "US/Eastern", /no time zone/],
    ["lc_messages", "fr_FR.UTF-8", /no locale of the image.*allowed are C, C.UTF-8, POSIX/],
    ["client_encoding", "MULE_INTERNAL", /no encoding/],
    ["DateStyle", "ISO DMY YMD", /expected ISO, SQL/],
    ["default_text_search_config", "klingon", /no text search configuration/],
    ["search_path", "app, public,", /no list/],
    ["log_destination", "stderrr", /no place for logs; did you mean "stderr"\?; allowed are/],
    ["log_directory", "pg_wal", /none of the server's own/],
    ["log_directory", "/var/log", /inside the data directory/],
    ["shared_preload_libraries", "pgaudit", /pgaudit comes with the extension pgaudit, which no database declares/],
    ["shared_preload_libraries", "auto_explian", /not in the image; did you mean "auto_explain"\?/],
    ["session_preload_libraries", "nothing", /would not start/],

    ["port", 5433, /cannot be set: members listen on 5432; the ports that clients see are the balancer's; remove it/],
    ["listen_addresses", "*", /cannot be set/],
    ["cluster_name", "x", /cannot be set/],
    ["data_directory", "/x", /cannot be set/],
    ["hba_file", "/x", /cannot be set/],
    ["unix_socket_directories", "/x", /cannot be set/],
    ["primary_conninfo", "x", /cannot be set: Patroni decides/],
    ["restore_command", "x", /cannot be set: Patroni decides/],
    ["recovery_target_time", "x", /cannot be set: Patroni decides/],
    ["synchronous_standby_names", "x", /synchronousMode and synchronousNodeCount/],
    ["ssl", "on", /certificates/],
    ["block_size", 8192, /fixed when the server is built/],
    ["zero_damaged_pages", "on", /can damage data/],

    ["fsync", false, /false is refused: a crash would lose or damage/],
    ["full_page_writes", "off", /"off" is refused: a crash would lose or damage/],
    ["data_sync_retry", 1, /refused/],
    ["hot_standby", "off", /Patroni keeps it on/],
    ["wal_level", "minimal", /use replica or logical/],
    ["huge_pages", "on", /use try/],
    ["password_encryption", "md5", /use scram-sha-256/],
    ["default_transaction_read_only", true, /ALTER ROLE or ALTER DATABASE/],
    ["session_replication_role", "replica", /foreign keys/],

    ["pgaudit.log", "ddl", /belong to the extension pgaudit, which no database declares/],
    ["auto_explain.log_analyze", "on", /add auto_explain to shared_preload_libraries/],
    [
      "timescaledb.max_background_workers",
      8,
      /nothing that this library installs has settings that begin with "timescaledb\."/,
    ],
    ["constructor.x", 8, /begin with "constructor\."/],
  ])("%s = %j", (name, value, message) => {
    expect(told({ [name]: value })).toEqual([{ path: name, message: expect.stringMatching(message) }]);
  });

  it("for all that is wrong, at once", () => {
    const problems = told({ work_mem: "4GiB", jit: "off", fsync: "off", port: 1, max_connectons: 5 });
    expect(problems.map(({ path }) => path)).toEqual(["work_mem", "fsync", "port", "max_connectons"]);
  });
});

describe("a setting is accepted", () => {
  it.each<[string, SettingValue]>([
    ["work_mem", "64MB"],
    ["work_mem", 65536],
    ["wal_level", "logical"],
    ["wal_level", "Replica"],
    ["hot_standby", true],
    ["wal_buffers", -1],
    ["autovacuum_work_mem", -1],
    ["transaction_buffers", 0],
    ["statement_timeout", 0],
    ["statement_timeout", "1min"],
    ["log_min_duration_statement", 1000],
    ["log_file_mode", "0640"],
    ["huge_pages", "try"],
    ["synchronous_commit", "remote_apply"],
    ["archive_mode", "on"],
    ["archive_command", "cp %p /archive/%f"],
    ["shared_preload_libraries", "auto_explain, pg_stat_statements"],
    ["TimeZone", "europe/berlin"],
    ["log_line_prefix", "%t [%p]: [%l-1] "],
    ["plpgsql.extra_warnings", "all"],
    ["wal_receiver_status_interval", "5s"],
  ])("%s = %j", (name, value) => {
    expect(told({ [name]: value })).toEqual([]);
  });

  it("of an extension where that is declared, with its own range", () => {
    expect(told({ "cron.max_running_jobs": 8, "cron.timezone": "UTC" }, ["pg_cron"])).toEqual([]);
    expect(told({ "hnsw.ef_search": 5000 }, ["vector"])).toMatchObject([{ message: "expected 1 to 1000, not 5000" }]);
    expect(told({ "pgaudit.log": "ddl, -misc" }, ["pgaudit"])).toEqual([]);
    expect(told({ "pgaudit.log": "dll" }, ["pgaudit"])).toMatchObject([
      { message: expect.stringContaining('did you mean "ddl"?') },
    ]);
    expect(told({ "pg_stat_statements.trak": "all" }, ["pg_stat_statements"])).toMatchObject([
      { message: expect.stringContaining('did you mean "pg_stat_statements.track"?') },
    ]);
  });

  it("of a library that another setting loads", () => {
    const loaded = { "auto_explain.log_min_duration": "5s" };
    expect(told({ ...loaded, shared_preload_libraries: "auto_explain" })).toEqual([]);
    expect(told({ ...loaded, session_preload_libraries: "auto_explain" })).toEqual([]);
  });

  it("of every extension that can be declared and has a library", () => {
    const libraries = "pg_cron, pgaudit, pg_partman_bgw, pg_stat_statements";
    expect(told({ shared_preload_libraries: libraries }, extensionNames)).toEqual([]);
  });
});

describe("what a commit promises", () => {
  const problems = (parameters: Record<string, SettingValue>, synchronousMode?: "quorum" | "on" | "off") =>
    parameterProblems(parameters, { extensions: [], synchronousMode });

  it.each(["off", "local", "remote_write", false])("is not weakened by synchronous_commit %j", (value) => {
    for (const mode of ["quorum", "on", undefined] as const) {
      expect(problems({ synchronous_commit: value }, mode)).toEqual([
        {
          path: "synchronous_commit",
          message: expect.stringContaining(`synchronousMode "${mode ?? "quorum"}" promises`),
        },
      ]);
    }
    expect(problems({ synchronous_commit: value }, "off")).toEqual([]);
  });

  it("is not held up by replicas that stay silent", () => {
    expect(problems({ wal_receiver_status_interval: 0 }, "on")).toMatchObject([
      { message: expect.stringContaining("every commit waits for that") },
    ]);
    expect(problems({ wal_receiver_status_interval: 0 }, "off")).toEqual([]);
  });
});
