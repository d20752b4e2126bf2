import { settings } from "./catalogue-17.ts";

/** What `parameters` may hold: what YAML and JSON have for a value of postgresql.conf. */
export type SettingValue = string | number | boolean;

export type SettingType = "bool" | "enum" | "integer" | "real" | "string";

/** When a server takes a new value: `pg_settings.context`. */
export type SettingContext =
  | "internal"
  | "postmaster"
  | "sighup"
  | "superuser-backend"
  | "backend"
  | "superuser"
  | "user";

/**
 * One setting as a server describes it.
 * https://www.postgresql.org/docs/17/view-pg-settings.html
 */
export interface Setting {
  readonly type: SettingType;
  /** The unit of a number that has none, e.g. `ms`, or `8kB` for settings that are counted in blocks. */
  readonly unit?: string;
  /** In `unit`. */
  readonly min?: number;
  /** In `unit`. */
  readonly max?: number;
  /** What an enum may be. */
  readonly values?: readonly string[];
  readonly context: SettingContext;
  /** What the server takes where nothing is set, as it is in `unit`. None: no value at all. */
  readonly default?: string;
  /** For those who develop PostgreSQL itself. */
  readonly developer?: true;
  readonly about: string;
}

/** The setting of that name, of PostgreSQL 17 or of an extension that this library knows; `undefined` if there is none. */
export function settingOf(name: string): Setting | undefined {
  return Object.hasOwn(settings, name) ? settings[name] : undefined;
}

/** Every setting that `settingOf` knows, in the server's own spelling. */
export const settingNames: readonly string[] = Object.keys(settings);
