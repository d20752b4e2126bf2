import fc from "fast-check";
import { extensionNames } from "../../components/databases/extensions.ts";
import {
  contradictions,
  type Machine,
  memoryOf,
  memoryShares,
  parameterProblems,
  type Setting,
  type SettingValue,
  settingNames,
  settingOf,
  tune,
} from "../../components/server-settings/index.ts";

type Parameters = Readonly<Record<string, SettingValue>>;

/** What a user may have written, on a machine of some size, and what a server gets of both. */
export interface Accepted {
  readonly machine: Machine;
  readonly written: Parameters;
  readonly all: Parameters;
}

/** The image has them all. */
const extensions = [...extensionNames, "postgres_fdw"];

/** MiB of shared memory that a server fills at its start, so that a test does not need what a large machine has. */
const mostFilled = 512;

/** Those that are open at once. */
const connections = 25;

const machines = fc.record<Machine>({
  memory: fc.oneof(fc.integer({ min: 256, max: 2048 }), fc.integer({ min: 256, max: 16384 })),
  cores: fc.integer({ min: 1, max: 64 }),
  storage: fc.constantFrom("ssd", "hdd", "san"),
  workload: fc.constantFrom("oltp", "olap", "mixed"),
  maxConnections: fc.integer({ min: 25, max: 500 }),
  walVolume: fc.option(fc.integer({ min: 256, max: 65536 }), { nil: undefined }),
});

const units: Readonly<Record<string, readonly string[]>> = {
  size: ["B", "kB", "MB", "GB", "TB"],
  time: ["us", "ms", "s", "min", "h", "d"],
};

function numbers(setting: Setting): fc.Arbitrary<SettingValue> {
  const { min = 0, max = 1, unit = "" } = setting;
  // Small numbers are as likely as large ones: the ranges reach to the end of what 32 bits hold.
  const scaled = fc
    .double({ min: 0, max: 1, noNaN: true })
    .map((part) => min + Math.expm1(part * Math.log1p(max - min)));
  const whole = setting.type === "integer";
  const value = fc.oneof({ weight: 8, arbitrary: scaled }, fc.constantFrom(min, max)).map((number) => {
    return whole ? Math.round(number) : Number(number.toPrecision(6));
  });
  if (unit === "") return fc.oneof(value, value.map(String));
  const withUnit = fc
    .tuple(
      fc.oneof(fc.integer({ min: 0, max: 5000 }), fc.double({ min: 0, max: 64, noNaN: true })),
      fc.constantFrom("", " "),
    )
    .chain(([amount, blank]) =>
      fc
        .constantFrom(...(units[/B$/.test(unit) ? "size" : "time"] ?? []))
        .map((name) => `${Number(amount.toFixed(2))}${blank}${name}`),
    );
  return fc.oneof(value, withUnit);
}

const words: Readonly<Record<string, readonly string[]>> = {
  DateStyle: ["ISO, DMY", "German", "sql, ymd"],
  TimeZone: ["UTC", "Europe/Berlin", "america/new_york", "Etc/GMT+5"],
  application_name: ["", "it's", "a \\ b"],
  archive_command: ["cp %p /tmp/%f", "", "it's \\ broken %p"],
  archive_library: ["", "basic_archive"],
  client_encoding: ["UTF8", "utf-8", "LATIN1", "WIN1252", "SQL_ASCII"],
  createrole_self_grant: ["", "set", "set, inherit"],
  default_tablespace: ["", "fast"],
  default_text_search_config: ["pg_catalog.german", "simple"],
  lc_messages: ["C", "C.UTF-8", "C.utf8", "POSIX"],
  lc_monetary: ["C", "C.UTF-8"],
  lc_numeric: ["POSIX", "C.utf8"],
  lc_time: ["C", "C.UTF-8"],
  log_destination: ["stderr", "stderr,jsonlog", "csvlog", "syslog"],
  log_directory: ["log", "logs-2"],
  log_file_mode: ["0600", "0640", "0664"],
  log_filename: ["postgresql-%a.log", "x"],
  log_line_prefix: ["", "%t [%p]: [%l-1] ", "100%% 'quoted' \\ "],
  log_timezone: ["UTC", "Asia/Tokyo"],
  output_plugin_libraries: ["pgoutput", "pgoutput, test_decoding"],
  restrict_nonsystem_relation_kind: ["", "view", "view, foreign-table"],
  search_path: ['"$user", public', "app", "", '"Mixed Case",b'],
  session_preload_libraries: ["", "auto_explain"],
  shared_preload_libraries: [
    "",
    "auto_explain",
    "pg_stat_statements, auto_explain",
    "auth_delay,passwordcheck,pg_prewarm",
    "pg_cron, pgaudit",
    "pg_partman_bgw,pg_stat_statements",
  ],
  ssl_ciphers: ["HIGH:!aNULL"],
  ssl_ecdh_curve: ["prime256v1", "X25519"],
  synchronized_standby_slots: ["", "one", "one, two"],
  syslog_ident: ["postgres-1"],
  temp_tablespaces: ["", "fast", '"Fast", slow'],
  timezone_abbreviations: ["Default", "Australia", "India"],
  "cron.timezone": ["UTC", "Europe/Berlin"],
  "pg_partman_bgw.analyze": ["on", "off"],
  "pg_partman_bgw.jobmon": ["off"],
  "pg_partman_bgw.role": ["postgres"],
  "pgaudit.log": ["ddl, -misc", "all", "READ,WRITE"],
  "pgaudit.log_level": ["notice", "debug1"],
  "plpgsql.extra_errors": ["none", "too_many_rows, shadowed_variables"],
  "plpgsql.extra_warnings": ["all"],
};

function valuesOf(name: string): fc.Arbitrary<SettingValue> {
  const setting = settingOf(name) as Setting;
  const known = words[name];
  if (known !== undefined) return fc.constantFrom(...known);
  if (setting.type === "bool") return fc.constantFrom<SettingValue>(true, false, "on", "off", "yes", "No", 1, "0");
  if (setting.type === "enum") {
    return fc.oneof(fc.constantFrom(...(setting.values ?? [])), fc.constantFrom<SettingValue>("on", false, "TRUE"));
  }
  if (setting.type === "string") return fc.string({ unit: "grapheme", maxLength: 40 });
  return numbers(setting);
}

const setting = fc.constantFrom(...settingNames).chain((name) => valuesOf(name).map((value) => ({ name, value })));

/** Takes of the wishes, in their order, each that the rules accept beside those before it. */
function acceptedOf(machine: Machine, wishes: readonly { name: string; value: SettingValue }[]): Accepted {
  const resulting = (written: Parameters): Accepted => ({
    machine,
    written,
    all: { ...tune(machine, written), ...written },
  });
  return wishes.reduce<Accepted>((accepted, { name, value }) => {
    const next = resulting({ ...accepted.written, [name]: value });
    return isAccepted(next) ? next : accepted;
  }, resulting({}));
}

function isAccepted({ machine, written, all }: Accepted): boolean {
  if (parameterProblems(written, { extensions }).length > 0 || contradictions(all).length > 0) return false;
  const enough = Math.max(machine.memory, memoryOf(tune(machine), { connections }));
  if (memoryOf(all, { connections }) > enough) return false;
  const filled = memoryShares(all, { connections }).filter(({ name }) => /slots|status|statements|dynamic/.test(name));
  return filled.every(({ mebibytes }) => mebibytes <= mostFilled);
}

/** Configurations that this library accepts. */
export const acceptedConfigurations: fc.Arbitrary<Accepted> = fc
  .tuple(machines, fc.array(setting, { minLength: 5, maxLength: 40 }))
  .map(([machine, wishes]) => acceptedOf(machine, wishes));

/** The ends of every setting's range and every word that one may be, each alone, as far as this library accepts it. */
export const edges: readonly Parameters[] = settingNames
  .flatMap((name) => edgesOf(settingOf(name) as Setting).map((value) => ({ [name]: value })))
  .filter((parameters) => parameterProblems(parameters, { extensions }).length === 0);

function edgesOf({ type, values = [], min = 0, max = 0 }: Setting): readonly SettingValue[] {
  if (type === "bool") return ["on", "off"];
  if (type === "enum") return values;
  return type === "string" ? [] : [min, max];
}
