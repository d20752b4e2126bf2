import { suggestion } from "./suggestion.ts";
import type { CallContext, CheckFailure, Properties, ResourceType, StandIn } from "./types.ts";
import { isRecord, knownOnly, withoutNotes } from "./values.ts";

export interface Checked {
  readonly inputs: Properties;
  readonly failures: readonly CheckFailure[];
}

/** Settings that the engine itself adds to every provider. */
const engineSettings = ["version", "pluginDownloadURL", "__internal"];

/**
 * The inputs as they go into the state: with the values of what was left out, and a note of which those are, as the real
 * providers write it.
 */
export function checkInputs<Client>(
  type: ResourceType<Client>,
  token: string,
  olds: Properties,
  news: Properties,
  context: CallContext,
): Checked {
  const given = withoutNotes(news);
  const wanted = type.defaults?.(given, withoutNotes(olds), context) ?? given;
  const added = Object.keys(wanted).filter((key) => given[key] === undefined && wanted[key] !== undefined);
  const before = defaultsNoted(olds);
  const kept = added.filter(
    (key) => before.includes(key) && olds[key] !== undefined && type.renewed?.includes(key) !== true,
  );
  const inputs: Properties = { ...wanted, ...Object.fromEntries(kept.map((key) => [key, olds[key]])) };
  const failures = [
    ...unknownInputs(type, token, given),
    ...missingInputs(type, token, inputs),
    ...(type.check?.(knownOnly(inputs)) ?? []),
  ];
  return { inputs: { ...inputs, __defaults: added.sort() }, failures };
}

/** Inputs of the last run that were not the user's. */
export function defaultsNoted(inputs: Properties): readonly string[] {
  const noted = inputs.__defaults;
  return Array.isArray(noted) ? noted.filter((key): key is string => typeof key === "string") : [];
}

/** Failures for every setting of the provider that this stand-in does not honour. */
export function checkSettings<Client>(standIn: StandIn<Client>, settings: Properties): readonly CheckFailure[] {
  return Object.keys(settings)
    .filter((key) => !standIn.config.includes(key) && !engineSettings.includes(key))
    .map((property) => ({
      property,
      reason:
        `the stand-in for the ${standIn.name} provider does not honour the setting "${property}"; ` +
        `${suggestion(property, standIn.config)}. Remove it, or ${installReal(standIn)}`,
    }));
}

/** The way out wherever a stand-in lacks something. */
export function installReal<Client>(standIn: StandIn<Client>): string {
  return (
    `install the real plugin, which knows it: "pulumi plugin install resource ${standIn.name} ${standIn.version}" ` +
    "on a network that has it"
  );
}

function unknownInputs<Client>(type: ResourceType<Client>, token: string, given: Properties): CheckFailure[] {
  return Object.keys(given)
    .filter((key) => !type.inputs.includes(key))
    .map((property) => ({
      property,
      reason: `"${property}" is no input of ${token} that this stand-in honours; ${suggestion(property, type.inputs)}`,
    }));
}

function missingInputs<Client>(type: ResourceType<Client>, token: string, inputs: Properties): CheckFailure[] {
  return type.required
    .filter((key) => inputs[key] === undefined || isEmptyText(inputs[key]))
    .map((property) => ({ property, reason: `${token} needs "${property}", and it is missing or empty` }));
}

function isEmptyText(value: unknown): boolean {
  return value === "" || (isRecord(value) && Object.keys(value).length === 0);
}
