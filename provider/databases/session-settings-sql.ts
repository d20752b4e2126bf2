import { identifier, literal } from "../sql/connection.ts";

/** Whose sessions settings are for: a row of `pg_db_role_setting`. */
export interface Sessions {
  readonly database?: string;
  readonly role?: string;
}

/** A text, or a list of names for settings such as search_path. */
export type SessionValue = string | readonly string[];

export type SessionValues = Readonly<Record<string, SessionValue>>;

/** The statements that lead from the settings of before to those wanted; those of nobody's are not touched. */
export function settingStatements(of: Sessions, wanted: SessionValues, before: SessionValues = {}): readonly string[] {
  const alter = `ALTER ${subject(of)}`;
  return [
    ...Object.keys(before)
      .filter((name) => wanted[name] === undefined)
      .map((name) => `${alter} RESET ${parameter(name)}`),
    ...Object.entries(wanted).map(([name, value]) => `${alter} SET ${parameter(name)} TO ${valueText(value)}`),
  ];
}

function subject({ database, role }: Sessions): string {
  if (role === undefined) return `DATABASE ${identifier(database ?? "")}`;
  return `ROLE ${identifier(role)}${database === undefined ? "" : ` IN DATABASE ${identifier(database)}`}`;
}

/** A dot parts the prefix of an extension's or an application's setting. */
function parameter(name: string): string {
  return name.split(".").map(identifier).join(".");
}

function valueText(value: SessionValue): string {
  if (typeof value === "string") return literal(value);
  return value.length === 0 ? "''" : value.map(identifier).join(", ");
}

/** The settings named as the server has them, from the entries of `setconfig`: `name=value`, lists joined by commas, names in quotes where they need them. */
export function liveSettings(setconfig: readonly string[], named: SessionValues): SessionValues {
  const found = setconfig.map((entry) => {
    const equals = entry.indexOf("=");
    return [entry.slice(0, equals), entry.slice(equals + 1)] as const;
  });
  const live = found.flatMap(([name, value]) => {
    const wanted = named[name];
    if (wanted === undefined) return [];
    return [[name, typeof wanted === "string" ? value : namesIn(value)] as const];
  });
  return Object.fromEntries(live);
}

function namesIn(value: string): readonly string[] {
  const names = value.match(/"(?:[^"]|"")*"|[^,\s]+/g) ?? [];
  return names
    .map((name) => (name.startsWith('"') ? name.slice(1, -1).replaceAll('""', '"') : name))
    .filter((name) => name !== "");
}
