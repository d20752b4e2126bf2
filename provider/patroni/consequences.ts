import { isDeepStrictEqual } from "node:util";
import type { SettingValue } from "../../components/server-settings/catalogue.ts";
import { effectOf } from "../../components/server-settings/effects.ts";
import { hasUnknown } from "../../toolchain/stand-ins/framework/values.ts";
import type { Configuration, ConfigurationInputs, ConfigValue } from "./inputs.ts";
import { isBranch } from "./merge-patch.ts";
import { parametersOf } from "./settle.ts";

/** What applying the new configuration does, a sentence for each changed setting. */
export function consequencesOf(olds: ConfigurationInputs, news: ConfigurationInputs): string[] {
  return [
    ...parameterLines(olds, news),
    ...otherLines(withoutParameters(olds.configuration), withoutParameters(news.configuration)),
    ...overrideLines(olds),
  ];
}

function parameterLines(olds: ConfigurationInputs, news: ConfigurationInputs): string[] {
  const before = parametersOf(olds.configuration);
  const after = parametersOf(news.configuration);
  return changedKeys(before, after).map((name) => {
    const line = `${name}: ${shown(before[name])} → ${shown(after[name])}`;
    if (effectOf(name) !== "restart") return `reload: ${line}`;
    if (news.restarts === "pending") return `restart, left pending: ${line}`;
    return `restart: ${line}; members one at a time, replicas first, sessions of each end`;
  });
}

function otherLines(before: Configuration, after: Configuration, path = ""): string[] {
  return changedKeys(before, after).flatMap((key) => {
    const [was, is] = [before[key], after[key]];
    if (isBranch(was) && isBranch(is)) return otherLines(was, is, `${path}${key}.`);
    return [`reload: ${path}${key}: ${shown(was)} → ${shown(is)}`];
  });
}

function overrideLines({ overrides }: ConfigurationInputs): string[] {
  return Object.entries(overrides ?? {}).flatMap(([member, settings]) =>
    Object.entries(settings).map(([name, value]) => {
      const effect = effectOf(name) === "restart" ? "restart" : "reload";
      return `${effect}: ${member}: ALTER SYSTEM has set ${name} = ${value}; it is reset`;
    }),
  );
}

function withoutParameters(configuration: Configuration): Configuration {
  const { postgresql } = configuration;
  if (!isBranch(postgresql)) return configuration;
  const { parameters: _, ...rest } = postgresql;
  return { ...configuration, postgresql: rest };
}

function changedKeys(before: object, after: object): string[] {
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort();
  return keys.filter((key) => !isDeepStrictEqual(Reflect.get(before, key), Reflect.get(after, key)));
}

function shown(value: SettingValue | ConfigValue | undefined): string {
  if (value === undefined) return "default";
  if (hasUnknown(value)) return "(not known yet)";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
