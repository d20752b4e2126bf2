import { type SettingValue, settingOf } from "../../components/server-settings/catalogue.ts";
import { effectOf } from "../../components/server-settings/effects.ts";
import { numberOf } from "../../components/server-settings/numbers.ts";
import type { FoundSetting } from "./member.ts";

/** Patroni passes these on the server's command line: no file of the server says them, and each needs a restart. */
const onCommandLine = [
  "max_connections",
  "max_locks_per_transaction",
  "max_prepared_transactions",
  "max_replication_slots",
  "max_wal_senders",
  "max_worker_processes",
  "track_commit_timestamp",
  "wal_level",
  "hot_standby",
  "wal_log_hints",
];

/** The server does not take a value, in its own words. */
export class SettingRefused extends Error {}

export type Taken = "taken" | "restart" | "not yet";

/**
 * Whether a member has taken a changed setting (`undefined`: one that is no longer set), as far as it can without a restart.
 * @throws {SettingRefused} with the server's reason.
 */
export function takenBy(name: string, value: SettingValue | undefined, found: FoundSetting): Taken {
  const needsRestart = onCommandLine.includes(name) || effectOf(name) === "restart";
  if (found.error !== undefined && !needsRestart) throw new SettingRefused(`${name} = ${value}: ${found.error}`);
  if (!onCommandLine.includes(name) && !isWritten(value, found.written)) return "not yet";
  if (!needsRestart) return "taken";
  return value !== undefined && found.current !== undefined && means(name, value, found.current) ? "taken" : "restart";
}

/** Patroni writes values as they are given, and true as `True`. */
function isWritten(value: SettingValue | undefined, written: string | undefined): boolean {
  if (value === undefined || written === undefined) return value === undefined && written === undefined;
  return String(value).toLowerCase() === written.toLowerCase();
}

/** Whether what is declared and what holds are the same, in whatever unit each is said. */
function means(name: string, value: SettingValue, current: string): boolean {
  const setting = settingOf(name);
  if (setting?.type === "integer" || setting?.type === "real") return numberOf(name, value) === Number(current);
  if (setting?.type === "bool") return isOn(String(value)) === isOn(current);
  return String(value) === current;
}

const isOn = (text: string) => ["on", "true", "yes", "1"].includes(text.toLowerCase());
