import { autoName } from "../framework/auto-name.ts";
import { previewOnly } from "../framework/preview-only.ts";
import { checkShapes, type Fields } from "../framework/shape.ts";
import type { CheckFailure, Properties, ResourceType } from "../framework/types.ts";
import { isRecord } from "../framework/values.ts";

/** What the table knows of a kind. */
export interface Kind {
  /** Beside `apiVersion`, `kind` and `metadata`. */
  readonly inputs: readonly string[];
  readonly required?: readonly string[];
  /** Paths of one or two steps, beside the object's name and namespace. */
  readonly replaceOn?: readonly string[];
  readonly secret?: readonly string[];
}

const autoNamed = "pulumi.com/autonamed";

const metadataFields: Fields = {
  metadata: {
    fields: { annotations: { mapOf: "text" }, labels: { mapOf: "text" }, name: "text", namespace: "text" },
  },
};

/** A type token, and the resource type of a kind that can be previewed. */
export function kind(group: string, name: string, known: Kind): [string, ResourceType<undefined>] {
  const apiVersion = group.replace(/^core\//, "");
  const replaceOn = ["metadata.name", "metadata.namespace", ...(known.replaceOn ?? [])];
  return [
    `kubernetes:${group}:${name}`,
    {
      inputs: ["apiVersion", "kind", "metadata", ...known.inputs],
      required: ["apiVersion", "kind", ...(known.required ?? [])],
      replaceOn,
      canonical: (inputs) => parted(name === "Secret" ? encoded(inputs) : inputs, replaceOn),
      // An object of the same name must be gone before another can have it.
      deleteBeforeReplace: true,
      ...(known.secret ? { secretOutputs: known.secret } : {}),
      defaults: (inputs, olds, { urn }) => named(inputs, olds, urn),
      check: (inputs) => [...checkType(inputs, { apiVersion, kind: name }), ...checkShapes(metadataFields, inputs)],
      ...previewOnly("kubernetes", "4.34.2"),
    },
  ];
}

function checkType(inputs: Properties, expected: { readonly apiVersion: string; readonly kind: string }) {
  return Object.entries(expected).flatMap(([property, value]): CheckFailure[] => {
    if (inputs[property] === value) return [];
    return [{ property, reason: `${property} is ${JSON.stringify(inputs[property])}; here it has to be "${value}"` }];
  });
}

/** An object without a name gets one, which it keeps. An annotation tells it from a name that was given. */
function named(inputs: Properties, olds: Properties, urn: string): Properties {
  const metadata = isRecord(inputs.metadata) ? inputs.metadata : {};
  if (metadata.name !== undefined && metadata.name !== "") return inputs;
  const before = isRecord(olds.metadata) ? olds.metadata : {};
  const wasAutoNamed = isRecord(before.annotations) && before.annotations[autoNamed] === "true";
  const annotations = isRecord(metadata.annotations) ? metadata.annotations : {};
  const name = wasAutoNamed ? before.name : autoName(urn);
  return { ...inputs, metadata: { ...metadata, name, annotations: { ...annotations, [autoNamed]: "true" } } };
}

/** The inputs with every path whose change replaces the object as a property of its own. */
function parted(inputs: Properties, paths: readonly string[]): Properties {
  const result: Properties = { ...inputs };
  for (const path of paths) {
    const [first = "", second] = path.split(".");
    const holder = result[first];
    if (second === undefined || !isRecord(holder)) continue;
    const { [second]: value, ...rest } = holder;
    result[first] = rest;
    if (value !== undefined) result[path] = value;
  }
  return result;
}

/** `stringData` is another spelling of `data`, and the one that the real provider keeps. */
function encoded(inputs: Properties): Properties {
  const { data, stringData, ...rest } = inputs;
  if (!isRecord(stringData)) return inputs;
  const entries = Object.entries(stringData).map(([key, value]) => [
    key,
    Buffer.from(String(value)).toString("base64"),
  ]);
  return { ...rest, data: { ...(isRecord(data) ? data : {}), ...Object.fromEntries(entries) } };
}
