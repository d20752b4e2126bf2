import type { Properties } from "../framework/types.ts";
import { flag, number, text, texts } from "../inputs.ts";
import { identifier, literal } from "./sql.ts";

/** A row of `pg_roles`, as `readRole` selects it. */
export interface RoleRow {
  readonly rolname: string;
  readonly rolsuper: boolean;
  readonly rolinherit: boolean;
  readonly rolcreaterole: boolean;
  readonly rolcreatedb: boolean;
  readonly rolcanlogin: boolean;
  readonly rolreplication: boolean;
  readonly rolbypassrls: boolean;
  readonly rolconnlimit: number;
  readonly validuntil: string;
  /** Whether `validuntil` is the moment that was asked for, however that was spelt. */
  readonly samevaliduntil: boolean;
  readonly rolconfig: readonly string[] | null;
  readonly memberof: readonly string[];
  readonly mark: string | null;
}

const flags = [
  ["superuser", "rolsuper", "SUPERUSER"],
  ["createDatabase", "rolcreatedb", "CREATEDB"],
  ["createRole", "rolcreaterole", "CREATEROLE"],
  ["inherit", "rolinherit", "INHERIT"],
  ["login", "rolcanlogin", "LOGIN"],
  ["replication", "rolreplication", "REPLICATION"],
  ["bypassRowLevelSecurity", "rolbypassrls", "BYPASSRLS"],
] as const;

/** What the real provider assumes where the program says nothing. */
export const roleDefaults: Properties = {
  bypassRowLevelSecurity: false,
  connectionLimit: -1,
  createDatabase: false,
  createRole: false,
  encryptedPassword: true,
  inherit: true,
  login: false,
  replication: false,
  skipDropRole: false,
  skipReassignOwned: false,
  superuser: false,
  validUntil: "infinity",
};

/** The moment as PostgreSQL takes it: left out, empty and the real provider's magic "NULL" mean for ever. */
export function validUntil(properties: Properties): string {
  const value = text(properties, "validUntil") ?? "infinity";
  return /^(null|infinity)$/i.test(value) ? "infinity" : value;
}

/** The options of CREATE ROLE, or, where the role is there already, those of ALTER ROLE that would change it. */
export function attributeOptions(wanted: Properties, live?: RoleRow): readonly string[] {
  const options: string[] = [];
  for (const [property, column, keyword] of flags) {
    // Only what differs: a provider user who is no superuser may not so much as name some of these in ALTER ROLE.
    if (live?.[column] !== flag(wanted, property)) options.push(flag(wanted, property) ? keyword : `NO${keyword}`);
  }
  const limit = number(wanted, "connectionLimit") ?? -1;
  if (live?.rolconnlimit !== limit) options.push(`CONNECTION LIMIT ${limit}`);
  if (!live?.samevaliduntil) options.push(`VALID UNTIL ${literal(validUntil(wanted))}`);
  return options;
}

/** The settings that a role carries, by the property that holds them. */
const settings = [
  ["searchPaths", "search_path"],
  ["statementTimeout", "statement_timeout"],
  ["idleInTransactionSessionTimeout", "idle_in_transaction_session_timeout"],
  ["assumeRole", "role"],
] as const;

/** The ALTER ROLE statements that bring the settings from what they were declared as before to what is wanted. A setting never declared is not touched. */
export function settingStatements(role: string, wanted: Properties, before: Properties): readonly string[] {
  return settings.flatMap(([property, parameter]) => {
    const value = settingValue(property, wanted);
    if (value !== undefined) return [`ALTER ROLE ${identifier(role)} SET ${parameter} TO ${value}`];
    return settingValue(property, before) === undefined ? [] : [`ALTER ROLE ${identifier(role)} RESET ${parameter}`];
  });
}

function settingValue(property: (typeof settings)[number][0], properties: Properties): string | undefined {
  if (property === "searchPaths") {
    const paths = texts(properties, property);
    return paths.length === 0 ? undefined : paths.map(identifier).join(", ");
  }
  if (property === "assumeRole") {
    const role = text(properties, property);
    return role === undefined ? undefined : identifier(role);
  }
  const milliseconds = number(properties, property);
  return milliseconds ? String(milliseconds) : undefined;
}

/**
 * The role as properties. What only the last run knows (password, what a delete skips) is taken from `last`; memberships and
 * settings are reported where `last` has them, so that what others give to the role stays theirs. An empty `last` reports all.
 */
export function roleProperties(row: RoleRow, last: Properties): Properties {
  const all = Object.keys(last).length === 0;
  const config = new Map((row.rolconfig ?? []).map(splitSetting));
  const declarable: Properties = {
    roles: nonEmpty(row.memberof),
    searchPaths: nonEmpty(pathsFrom(config.get("search_path"))),
    statementTimeout: millisecondsFrom(config.get("statement_timeout")),
    idleInTransactionSessionTimeout: millisecondsFrom(config.get("idle_in_transaction_session_timeout")),
    assumeRole: config.get("role"),
  };
  return {
    ...Object.fromEntries(flags.map(([property, column]) => [property, row[column]])),
    ...Object.fromEntries(Object.entries(declarable).filter(([property]) => all || isDeclared(last[property]))),
    name: row.rolname,
    connectionLimit: row.rolconnlimit,
    validUntil: row.samevaliduntil ? (text(last, "validUntil") ?? row.validuntil) : row.validuntil,
    encryptedPassword: true,
    password: last.password,
    passwordWoVersion: last.passwordWoVersion,
    skipDropRole: flag(last, "skipDropRole"),
    skipReassignOwned: flag(last, "skipReassignOwned"),
  };
}

function isDeclared(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== null && value !== "" && value !== 0;
}

function splitSetting(entry: string): [string, string] {
  const equals = entry.indexOf("=");
  return [entry.slice(0, equals), entry.slice(equals + 1)];
}

function nonEmpty(list: readonly string[]): readonly string[] | undefined {
  return list.length > 0 ? list : undefined;
}

function pathsFrom(value: string | undefined): readonly string[] {
  const names = value?.match(/"(?:[^"]|"")*"|[^,\s]+/g) ?? [];
  return names.map((name) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name));
}

const units: Readonly<Record<string, number>> = { "": 1, ms: 1, s: 1000, min: 60_000, h: 3_600_000, d: 86_400_000 };

// PostgreSQL keeps the text of ALTER ROLE .. SET as it was typed: "5000" from here, maybe "5s" by hand.
function millisecondsFrom(value: string | undefined): number | undefined {
  const [, amount, unit] = value?.match(/^\s*(\d+(?:\.\d+)?)\s*([a-z]*)\s*$/) ?? [];
  const factor = units[unit ?? ""];
  return amount === undefined || factor === undefined ? undefined : Math.round(Number(amount) * factor);
}
