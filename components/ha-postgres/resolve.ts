import type { z } from "zod";
import { parseArguments, type Rule } from "../arguments.ts";
import { whereKnown } from "../known-parts.ts";
import { type Layer, layersOf, merged, undecided } from "../presets/index.ts";
import { type HaPostgresSettings, haPostgresArgs } from "./args.ts";
import { plannedConnections } from "./connections.ts";
import { haPostgresRules } from "./rules.ts";

/** Settings in full, with the layers that they come from, the lowest first. What no layer says is a default. */
export interface Resolved<Settings> {
  readonly settings: Settings;
  readonly layers: readonly Layer[];
}

/**
 * Arguments that hold those of the whole system, with what follows from their size, workload and recovery-time goal, and with every rule asked.
 * @throws {InvalidArguments} naming every problem at once.
 */
export function resolveArguments<Schema extends z.ZodType<HaPostgresSettings>>(
  subject: string,
  schema: Schema,
  given: readonly Layer[],
  rules: readonly Rule<z.output<Schema>>[] = [],
): Resolved<z.output<Schema>> {
  const layers = layersOf(given);
  const value = merged(layers.map(({ values }) => values));
  const all: readonly Rule<z.output<Schema>>[] = [...haPostgresRules, ...rules];
  const asked = all.map(
    (rule): Rule<z.output<Schema>> =>
      (settings) =>
        rule(withConnections(settings)),
  );
  const parsed = withConnections(parseArguments(subject, schema, value, asked, undecided(given)));
  return { settings: { ...parsed, cluster: { ...parsed.cluster } }, layers };
}

/** The arguments of `HaPostgres`. */
export function resolveHaPostgres(subject: string, given: unknown): Resolved<HaPostgresSettings> {
  return resolveArguments(subject, haPostgresArgs, [{ source: "you", values: given }]);
}

/** Connections follow from pools and databases; counted only when they are asked for, because those may be what is wrong. */
function withConnections<Settings extends HaPostgresSettings>(settings: Settings): Settings {
  whereKnown(() => {
    const { cluster } = settings;
    const known = Object.getOwnPropertyDescriptor(cluster, "connections");
    if (known?.get === undefined && known?.value === undefined) {
      const get = () => plannedConnections(settings);
      Object.defineProperty(cluster, "connections", { get, enumerable: true, configurable: true });
    }
    return [];
  });
  return settings;
}
