import { nearest } from "../nearest.ts";
import { clientEncodings, textSearchConfigurations, timeZones } from "./catalogue-17.ts";
import { readList } from "./words.ts";

/** Says what is wrong with a text and what is allowed; `undefined` where a server takes it and means the same. */
type TextRule = (text: string) => string | undefined;

const oneOf =
  (what: string, allowed: readonly string[], fold = (text: string) => text.toLowerCase()): TextRule =>
  (text) => {
    if (allowed.some((candidate) => fold(candidate) === fold(text))) return undefined;
    const close = nearest(text, allowed);
    const known = allowed.length <= 40 ? `; allowed are ${allowed.join(", ")}` : "";
    return `${JSON.stringify(text)} is no ${what}${close === undefined ? "" : `; did you mean "${close}"?`}${known}`;
  };

const listOf =
  (what: string, allowed: readonly string[], least = 0): TextRule =>
  (text) => {
    const items = readList(text);
    if (items === undefined) return notAList(text);
    if (items.length < least) return `expected at least one of ${allowed.join(", ")}, not ${JSON.stringify(text)}`;
    const wrong = items.filter((item) => !allowed.includes(item));
    if (wrong.length === 0) return undefined;
    const close = nearest(wrong[0] ?? "", allowed);
    const hint = close === undefined ? "" : `; did you mean "${close}"?`;
    return `${wrong.map((item) => JSON.stringify(item)).join(", ")}: no ${what}${hint}; allowed are ${allowed.join(", ")}`;
  };

const notAList = (text: string) =>
  `${JSON.stringify(text)} is no list that the server could split: names with commas between them, in double quotes where they hold others than letters, digits and _`;

const names: TextRule = (text) => (readList(text) === undefined ? notAList(text) : undefined);

const matching =
  (pattern: RegExp, expected: string): TextRule =>
  (text) =>
    pattern.test(text) ? undefined : `expected ${expected}, not ${JSON.stringify(text)}`;

const zone = oneOf("time zone that the image knows", timeZones);
const locale = oneOf("locale of the image", ["C", "C.UTF-8", "POSIX"], (text) =>
  text.toLowerCase().replace("utf8", "utf-8"),
);
const switches = oneOf("switch", ["on", "off"]);
const auditClasses = ["read", "write", "function", "role", "ddl", "misc", "misc_set", "all", "none"];
const plpgsqlChecks = ["none", "all", "shadowed_variables", "strict_multi_assignment", "too_many_rows"];

const rules: Readonly<Record<string, TextRule>> = {
  DateStyle: matching(
    /^(ISO|SQL|Postgres|German)(\s*,\s*(DMY|MDY|YMD))?$/i,
    "ISO, SQL, Postgres or German, and perhaps DMY, MDY or YMD after a comma",
  ),
  TimeZone: zone,
  application_name: matching(/^[ -~]{0,63}$/, "at most 63 characters of ASCII"),
  archive_library: oneOf("library of the image that archives", ["basic_archive", ""]),
  client_encoding: oneOf("encoding that PostgreSQL converts UTF8 to", clientEncodings, (text) =>
    text.toLowerCase().replace(/[^a-z0-9]/g, ""),
  ),
  createrole_self_grant: listOf("option of a grant", ["set", "inherit"]),
  default_table_access_method: oneOf("table access method of the image", ["heap"]),
  default_tablespace: matching(/^[^"]{0,63}$/, "the name of a tablespace"),
  default_text_search_config: oneOf(
    "text search configuration",
    textSearchConfigurations.map((name) => `pg_catalog.${name}`),
    (text) => (text.includes(".") ? text : `pg_catalog.${text}`),
  ),
  lc_messages: locale,
  lc_monetary: locale,
  lc_numeric: locale,
  lc_time: locale,
  log_destination: listOf("place for logs", ["stderr", "csvlog", "jsonlog", "syslog"], 1),
  log_directory: matching(
    /^(?!(?:base|global|pg_\w*|patroni\w*)$)[\w-]{1,60}$/,
    "the name of a folder inside the data directory, none of the server's own",
  ),
  log_filename: matching(/^[\w%.-]{1,100}$/, "a file name of letters, digits, %, ., _ and -"),
  log_timezone: zone,
  output_plugin_libraries: listOf("output plugin of the image", ["pgoutput", "test_decoding"]),
  restrict_nonsystem_relation_kind: listOf("kind of relation", ["view", "foreign-table"]),
  search_path: names,
  ssl_ciphers: matching(/^[A-Za-z0-9!+:@=_-]+$/, "a list of OpenSSL's names of ciphers"),
  ssl_ecdh_curve: oneOf("curve", ["prime256v1", "secp384r1", "secp521r1", "X25519"]),
  synchronized_standby_slots: matching(
    /^([a-z0-9_]{1,63}(\s*,\s*[a-z0-9_]{1,63})*)?$/,
    "names of replication slots with commas between them",
  ),
  syslog_ident: matching(/^[!-~]{1,63}$/, "a name of ASCII without blanks"),
  temp_tablespaces: names,
  timezone_abbreviations: oneOf("set of abbreviations of the image", ["Default", "Australia", "India"], (text) => text),
  "cron.timezone": zone,
  "pg_partman_bgw.analyze": switches,
  "pg_partman_bgw.dbname": names,
  "pg_partman_bgw.jobmon": switches,
  "pg_partman_bgw.role": matching(/^[a-z_][a-z0-9_]{0,62}$/, "the name of a role"),
  "pgaudit.log": (text) =>
    listOf(
      "class of statements",
      auditClasses,
    )(
      text
        .split(",")
        .map((item) => item.trim().replace(/^-/, ""))
        .join(","),
    ),
  "pgaudit.log_level": oneOf("level", [
    "debug5",
    "debug4",
    "debug3",
    "debug2",
    "debug1",
    "info",
    "notice",
    "warning",
    "log",
  ]),
  "plpgsql.extra_errors": listOf("check", plpgsqlChecks),
  "plpgsql.extra_warnings": listOf("check", plpgsqlChecks),
};

/** What is wrong with a text for a setting. Patroni writes each setting in one line. */
export function textProblem(name: string, text: string): string | undefined {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(text)) {
    return `${JSON.stringify(text)} holds a line break or another control character, which postgresql.conf cannot; write it in one line`;
  }
  return Object.hasOwn(rules, name) ? rules[name]?.(text) : undefined;
}
