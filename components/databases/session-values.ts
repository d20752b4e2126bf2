import { nearest } from "../nearest.ts";
import { numberOf, parameterProblems, type SettingValue, settingNames, settingOf } from "../server-settings/index.ts";
import { extensionNames } from "./extensions.ts";

type Values = Readonly<Record<string, SettingValue>>;

/** A value as ALTER ROLE .. SET takes it: a text, or a list of names. */
export type SessionValue = string | readonly string[];

/** What a role's or a database's sessions begin with, by name. */
export interface SessionValues {
  readonly searchPath?: readonly string[] | undefined;
  readonly settings?: Values | undefined;
}

/** What `postgresql.Role` sets itself; the rest of a role's settings is not its own. Milliseconds. */
export interface OwnRoleSettings {
  readonly searchPaths?: string[];
  readonly statementTimeout?: number;
  readonly idleInTransactionSessionTimeout?: number;
}

const timeouts = {
  statement_timeout: "statementTimeout",
  idle_in_transaction_session_timeout: "idleInTransactionSessionTimeout",
} as const;

/** As `postgresql.Role` takes them. It cannot set a timeout to 0, which it takes for none. */
export function ownRoleSettings({ searchPath, settings = {} }: SessionValues): OwnRoleSettings {
  const given = Object.entries(timeouts).flatMap(([name, property]) => {
    const milliseconds = settings[name] === undefined ? undefined : numberOf(name, settings[name]);
    return milliseconds ? [[property, milliseconds] as const] : [];
  });
  return { ...(searchPath ? { searchPaths: [...searchPath] } : {}), ...Object.fromEntries(given) };
}

/** What is left of a role's settings; `undefined` where it has none at all. */
export function otherRoleSettings({ settings }: SessionValues): Readonly<Record<string, SessionValue>> | undefined {
  if (settings === undefined) return undefined;
  const others = Object.entries(settings).filter(([name, value]) => !(name in timeouts && numberOf(name, value)));
  return textsOf(Object.fromEntries(others));
}

/** The settings of a database; `undefined` where it has none at all. */
export function databaseSettings({
  searchPath,
  settings,
}: SessionValues): Readonly<Record<string, SessionValue>> | undefined {
  if (searchPath === undefined && settings === undefined) return undefined;
  return { ...(searchPath ? { search_path: [...searchPath] } : {}), ...textsOf(settings ?? {}) };
}

function textsOf(values: Values): Record<string, string> {
  const text = (value: SettingValue) => (typeof value === "boolean" ? (value ? "on" : "off") : String(value));
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, text(value)]));
}

/** Contexts in which a session, or whoever opens it, decides. https://www.postgresql.org/docs/17/view-pg-settings.html */
const ofSessions = ["user", "superuser", "backend", "superuser-backend"];

/** What is wrong with a setting of a role or a database; `undefined` where all is well. */
export function sessionSettingProblem(name: string, value: SettingValue): string | undefined {
  if (name === "search_path") return "searchPath sets it";
  const found = settingOf(name);
  if (found === undefined) {
    // Those of an application, which PostgreSQL keeps and does not read: `app.tenant`.
    if (/^[a-z_][a-z0-9_]*(\.[a-z_][a-z0-9_]*)+$/i.test(name)) return undefined;
    const close = nearest(name, settingNames);
    return `unknown setting "${name}"${close === undefined ? "; PostgreSQL 17 has none of that name" : `; did you mean "${close}"?`}`;
  }
  if (!ofSessions.includes(found.context)) {
    return "it is the whole server's, and no session's; set it in cluster.parameters";
  }
  // What would stop a whole server from taking writes is of use for one role.
  if (name === "default_transaction_read_only" && typeof value === "boolean") return undefined;
  const [problem] = parameterProblems({ [name]: value }, { extensions: extensionNames, synchronousMode: "off" });
  return problem?.message;
}
