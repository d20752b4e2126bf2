import type { Shape } from "../framework/shape.ts";

export interface Label {
  readonly label: string;
  readonly value: string;
}

export type LabelMap = Readonly<Record<string, string>>;

export const labelsShape: Shape = {
  listOf: { fields: { label: "text", value: "text" }, required: ["label", "value"] },
};

/**
 * The label that carries the hash of what a container was made of. It is the stand-in's own: not an input, and never read
 * back. The real provider reads no labels of a container at all.
 */
export const inputsLabel = "pulumi-stand-in.inputs";

export function labelMap(labels: readonly Label[] | undefined): Record<string, string> {
  return Object.fromEntries((labels ?? []).map(({ label, value }) => [label, value]));
}

export function labelList(labels: LabelMap | null | undefined): Label[] {
  return Object.entries(labels ?? {})
    .filter(([label]) => label !== inputsLabel)
    .map(([label, value]) => ({ label, value }))
    .sort((a, b) => (a.label < b.label ? -1 : 1));
}

/**
 * Whether an object of the engine is the one that is declared: it carries every declared label. Nothing is known of an
 * object that is declared without labels.
 */
export function isDeclared(declared: readonly Label[] | undefined, actual: LabelMap | null | undefined): boolean {
  return declared !== undefined && declared.length > 0 && carries(declared, actual);
}

/** Whether an object carries every label that its state has. */
export function carries(declared: readonly Label[] | undefined, actual: LabelMap | null | undefined): boolean {
  return (declared ?? []).every(({ label, value }) => actual?.[label] === value);
}

/** The error for a name that is taken by an object that is not ours. */
export function taken(
  kind: string,
  name: string,
  declared: readonly Label[] | undefined,
  actual: LabelMap | null | undefined,
): Error {
  return new Error(
    `a ${kind} "${name}" exists already and was not made for this resource: it carries ${inWords(labelList(actual))}, ` +
      `and the program declares ${inWords(declared ?? [])}. Nothing was changed. Choose another name, or look at it ` +
      `("docker ${kind} inspect ${name}") and remove it by hand if nobody needs it ("docker ${kind} rm ${name}")`,
  );
}

/** The error for an object that has lost the labels that its state has: somebody else made it. */
export function notOurs(
  kind: string,
  name: string,
  declared: readonly Label[] | undefined,
  actual: LabelMap | null | undefined,
): Error {
  return new Error(
    `the ${kind} "${name}" is not removed, because somebody else made it: it carries ${inWords(labelList(actual))}, and ` +
      `the state says ${inWords(declared ?? [])}. Remove it by hand if nobody needs it ("docker ${kind} rm ${name}"), or ` +
      'take it out of the state ("pulumi refresh" or "pulumi state delete")',
  );
}

function inWords(labels: readonly Label[]): string {
  if (labels.length === 0) return "no labels";
  return `the labels ${labels.map(({ label, value }) => `${label}=${value}`).join(", ")}`;
}
