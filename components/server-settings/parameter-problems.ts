import type { Problem } from "../arguments.ts";
import { nearest } from "../nearest.ts";
import { type Setting, type SettingValue, settingNames, settingOf } from "./catalogue.ts";
import type { Parameters } from "./defaults.ts";
import { prefixProblem } from "./extension-settings.ts";
import { extensionOfLibrary, loadable } from "./libraries.ts";
import { limitOf } from "./limits.ts";
import { numberOf, readNumber, withUnit } from "./numbers.ts";
import { ownedBecause, refusedBecause } from "./refusals.ts";
import { textProblem } from "./texts.ts";
import { readBool, readList, readWord } from "./words.ts";

export interface ParameterOptions {
  /** Extensions that the databases declare. */
  readonly extensions: readonly string[];
  /** What a commit waits for; settings that promise less are refused. Default `quorum`; `off` for a single member. */
  readonly synchronousMode?: "quorum" | "on" | "off" | undefined;
}

/**
 * Everything that is wrong with the settings that a user writes, each alone; `contradictions` has what is wrong between them. What is
 * left is taken by PostgreSQL 17 and by Patroni as it is written. `path` is the setting's name.
 */
export function parameterProblems(parameters: Parameters, options: ParameterOptions): Problem[] {
  return Object.entries(parameters).flatMap(([name, value]) => {
    const message = problemOf(name, value, parameters, options);
    return message === undefined ? [] : [{ path: name, message }];
  });
}

function problemOf(
  name: string,
  value: SettingValue,
  parameters: Parameters,
  options: ParameterOptions,
): string | undefined {
  const setting = settingOf(name);
  if (name.includes(".")) {
    const problem = prefixProblem(name, parameters, options.extensions);
    if (problem !== undefined) return problem;
  }
  if (setting === undefined) return unknown(name);
  const fixed = fixedBecause(name, setting);
  if (fixed !== undefined) return `${JSON.stringify(value)} cannot be set: ${fixed}; remove it`;
  const wrong = valueProblem(name, setting, value, options);
  if (wrong !== undefined) return wrong;
  const refused = refusedBecause(name, value) ?? weakerThanPromised(name, setting, value, options);
  return refused === undefined ? undefined : `${JSON.stringify(value)} is refused: ${refused}`;
}

function unknown(name: string): string {
  const folded = settingNames.find((known) => known.toLowerCase() === name.toLowerCase());
  if (folded !== undefined) return `this setting is spelt "${folded}"`;
  const close = nearest(name, settingNames);
  const hint = close === undefined ? "" : `; did you mean "${close}"?`;
  return `unknown setting "${name}"${hint || "; PostgreSQL 17 has none of that name"}`;
}

function fixedBecause(name: string, setting: Setting): string | undefined {
  if (setting.context === "internal") return "it is fixed when the server is built or its data directory is made";
  if (setting.developer) return "it is for those who develop PostgreSQL, and can damage data or slow everything down";
  return ownedBecause(name);
}

function valueProblem(
  name: string,
  setting: Setting,
  value: SettingValue,
  options: ParameterOptions,
): string | undefined {
  switch (setting.type) {
    case "bool":
      return readBool(value) === undefined ? `expected on or off, not ${JSON.stringify(value)}` : undefined;
    case "enum":
      return wordProblem(setting.values ?? [], value);
    case "integer":
    case "real":
      return name === "log_file_mode" ? modeProblem(value) : numberProblem(name, setting, value);
    case "string":
      return stringProblem(name, value, options);
  }
}

function wordProblem(values: readonly string[], value: SettingValue): string | undefined {
  if (readWord(values, value) !== undefined) return undefined;
  const close = nearest(String(value), values);
  const hint = close === undefined ? "" : `; did you mean "${close}"?`;
  return `expected one of ${values.join(", ")}, not ${JSON.stringify(value)}${hint}`;
}

/** YAML and JSON read 0640 as decimal, and the server a decimal number as what it is. */
function modeProblem(value: SettingValue): string | undefined {
  if (typeof value === "string" && /^06[046][04]$/.test(value)) return undefined;
  return `expected a file mode as text, from "0600" to "0664" and without rights to execute, not ${JSON.stringify(value)}`;
}

function numberProblem(name: string, setting: Setting, value: SettingValue): string | undefined {
  const reading = readNumber(setting, value);
  if ("problem" in reading) return reading.problem;
  const number = reading.value;
  const { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY } = setting;
  const limit = limitOf(name);
  const least = Math.max(min, limit?.min ?? min);
  const largest = Math.min(max, limit?.max ?? max);
  const meant = number >= min && limit?.also?.includes(number) === true;
  const whole = limit?.multipleOf === undefined || number % limit.multipleOf === 0;
  if (meant || (number >= least && number <= largest && whole)) return undefined;

  const also = [...(limit?.also ?? [])].map((other) => `${other} or `).join("");
  const steps = limit?.multipleOf === undefined ? "" : ` in steps of ${withUnit(setting, limit.multipleOf)}`;
  const allowed = `${also}${withUnit(setting, least)} to ${withUnit(setting, largest)}${steps}`;
  const byLimit = limit !== undefined && number >= min && number <= max;
  const because = byLimit ? ` (${limit.because})` : "";
  const bare = setting.unit !== undefined && /^[\s\d.+-]*$/.test(String(value));
  const seconds =
    bare && setting.unit === "ms" && number > 0 && number < least ? `; write "${number}s" for seconds` : "";
  const unit = bare ? `; a number without a unit is in ${setting.unit}${seconds}` : "";
  return `expected ${allowed}${because}, not ${JSON.stringify(value)}${unit}`;
}

function stringProblem(name: string, value: SettingValue, options: ParameterOptions): string | undefined {
  if (typeof value === "boolean") return `expected text, not ${value}; put it in quotes`;
  const text = String(value);
  const problem = textProblem(name, text);
  if (problem !== undefined || !name.endsWith("_preload_libraries")) return problem;
  const libraries = readList(text);
  if (libraries === undefined) return `${JSON.stringify(text)} is no list of names with commas between them`;
  const known = loadable(options.extensions);
  const missing = libraries.filter((library) => !known.includes(library));
  if (missing.length === 0) return undefined;
  const ways = missing.map((library) => {
    const extension = extensionOfLibrary(library);
    const close = nearest(library, known);
    if (extension !== undefined) return `${library} comes with the extension ${extension}, which no database declares`;
    return `${library} is not in the image${close === undefined ? "" : `; did you mean "${close}"?`}`;
  });
  return `the server would not start: ${ways.join("; ")}; allowed are ${known.join(", ")}`;
}

const flushed = ["on", "remote_apply"];

function weakerThanPromised(
  name: string,
  setting: Setting,
  value: SettingValue,
  options: ParameterOptions,
): string | undefined {
  const mode = options.synchronousMode ?? "quorum";
  if (mode === "off") return undefined;
  if (name === "synchronous_commit" && !flushed.includes(readWord(setting.values ?? [], value) ?? "")) {
    return `synchronousMode "${mode}" promises that an acknowledged row is on a replica's disk; use ${flushed.join(" or ")}, or synchronousMode "off"`;
  }
  if (name === "wal_receiver_status_interval" && numberOf(name, value) === 0) {
    return `replicas would not say what they have, and with synchronousMode "${mode}" every commit waits for that; use 1s or more`;
  }
  return undefined;
}
