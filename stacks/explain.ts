import { Document, isScalar, type Node } from "yaml";
import { parameterLayers } from "../components/cluster/server-parameters.ts";
import { extensionLibraries } from "../components/databases/extensions.ts";
import { type Explained, explain, type Layer, timingsIn } from "../components/presets/index.ts";
import { defaultTimings, type Fault, faults, type RecoveryTimes, recoveryTimes } from "../components/timings/index.ts";
import { sizeText } from "../components/units.ts";
import { hidden } from "./config-file.ts";
import { resolveStackSettings } from "./schema.ts";

/** What a stack is in full: every value with its source, and what follows from the timings. */
export interface ExplainedStack {
  readonly values: readonly Explained[];
  /** Whole seconds without a primary, in the worst case. None where there is one member: nobody takes over. */
  readonly recoveryTimes?: RecoveryTimes;
}

/** Settings whose plain number is in MiB. */
const sizeKeys = ["memory", "volumeSize"];

/**
 * What settings of a stack come to, and why.
 * @throws InvalidArguments with every problem.
 */
export function explainStack(stack: string, given: Readonly<Record<string, unknown>>): ExplainedStack {
  const { settings, layers } = resolveStackSettings(stack, given);
  const { cluster, databases } = settings;
  const libraries = extensionLibraries(databases.flatMap(({ extensions }) => extensions));
  const parameters = parameterLayers(cluster, libraries).map(({ source, values }): Layer => {
    const named = source === "parameters" ? `you (Pulumi.${stack}.yaml)` : source;
    return { source: named, values: { cluster: { parameters: values } } };
  });
  const effective = Object.assign({}, ...parameterLayers(cluster, libraries).map(({ values }) => values));
  const others = explain(layers, { ...settings, cluster: { ...cluster, parameters: undefined } });
  return {
    values: [...others.map(inOwnWords), ...explain(parameters, { cluster: { parameters: effective } })].map(masked),
    ...(cluster.members === 1 ? {} : { recoveryTimes: recoveryTimes({ ...defaultTimings, ...timingsIn(settings) }) }),
  };
}

/** Some values that no layer says follow from others. */
function inOwnWords(explained: Explained): Explained {
  const { path, value, source } = explained;
  if (source !== "default") return explained;
  const key = path.at(-1) ?? "";
  if (typeof value === "number" && sizeKeys.includes(key)) return { path, source, value: sizeText(value) };
  if (path.join(".") === "cluster.connections") return { path, value, source: "pools and databases" };
  const named = ["docker.name", "vms.name", "aws.name", "kubernetes.namespace"].includes(path.join("."));
  return named ? { path, value, source: "the stack's name" } : explained;
}

function masked(explained: Explained): Explained {
  return explained.path.at(-1) === "secretKey" ? { ...explained, value: hidden } : explained;
}

/** As a settings file that says everything, with the source of each value behind it. */
export function explanationText(project: string, { values, recoveryTimes }: ExplainedStack): string {
  const document = new Document({});
  for (const { path, value } of values)
    document.setIn(["config", ...inFile(project, path)], document.createNode(value));
  for (const { path, source } of values) comment(document, ["config", ...inFile(project, path)], source);
  const times = recoveryTimes === undefined ? "" : recoveryText(recoveryTimes);
  return `${document.toString({ lineWidth: 0, flowCollectionPadding: true })}${times}`;
}

function inFile(project: string, [first = "", ...rest]: readonly string[]): string[] {
  return [`${project}:${first}`, ...rest];
}

/** The values as one object. */
export function nested({ values }: ExplainedStack): Record<string, unknown> {
  const document = new Document({});
  for (const { path, value } of values) document.setIn(path, document.createNode(value));
  return document.toJS() as Record<string, unknown>;
}

function comment(document: Document, path: readonly string[], source: string): void {
  const node = document.getIn(path, true) as (Node & { flow?: boolean; comment?: string | null }) | undefined;
  if (node === undefined) return;
  if (!isScalar(node)) node.flow = true;
  node.comment = ` ${source}`;
}

function recoveryText(times: RecoveryTimes): string {
  const lines = (Object.keys(faults) as Fault[]).map(
    (fault) => `#  ${String(times[fault]).padStart(3)} s  ${faults[fault]}`,
  );
  return `\n# Without a primary that takes writes, in the worst case:\n${lines.join("\n")}\n`;
}
