import { type SettingValue, settingOf } from "./catalogue.ts";
import { bytesOf, numberOf } from "./numbers.ts";
import { readBool } from "./words.ts";

export type Parameters = Readonly<Record<string, SettingValue>>;

/** What is set, or else what the server takes: a number in the setting's own unit. */
export function numberIn(parameters: Parameters, name: string): number {
  return numberOf(name, parameters[name] ?? defaultOf(name)) ?? Number(defaultOf(name));
}

/** What is set, or else what the server takes: MiB. Negative values, which mean something else, count as 0. */
export function mebibytesIn(parameters: Parameters, name: string): number {
  return (bytesOf(name, parameters[name] ?? defaultOf(name)) ?? 0) / 1024 ** 2;
}

export function boolIn(parameters: Parameters, name: string): boolean {
  return readBool(parameters[name] ?? defaultOf(name)) ?? readBool(defaultOf(name)) === true;
}

/** In small letters. */
export function wordIn(parameters: Parameters, name: string): string {
  return String(parameters[name] ?? defaultOf(name)).toLowerCase();
}

/** A value as an error shows it, with the server's own where none is set. */
export function shown(parameters: Parameters, name: string): string {
  const value = parameters[name];
  return value === undefined ? `${name}, ${defaultOf(name)} by default,` : `${name}, ${value},`;
}

function defaultOf(name: string): string {
  return settingOf(name)?.default ?? "";
}
