import { settingOf } from "./catalogue.ts";

/** What a new value needs: nothing but a reload, a restart of the server, or a new server. */
export type SettingEffect = "reload" | "restart" | "fixed";

/**
 * What it takes for a new value of a setting to hold. A reload reaches sessions that are open too, except for the few settings
 * that are taken at a session's start. A setting that is not known, such as one of an extension that a later version brings,
 * takes a reload: the server keeps it as text until its library asks.
 * https://www.postgresql.org/docs/17/view-pg-settings.html
 */
export function effectOf(name: string): SettingEffect {
  const context = settingOf(name)?.context;
  if (context === "postmaster") return "restart";
  return context === "internal" ? "fixed" : "reload";
}
