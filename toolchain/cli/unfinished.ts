import { shortType } from "./resource-names.ts";

/** What `pulumi stack export` says, as far as it is used here. Secrets in it are encrypted. */
export interface ExportedState {
  readonly deployment: {
    readonly resources?: readonly { readonly urn: string }[];
    pending_operations?: readonly PendingOperation[];
  };
}

interface PendingOperation {
  readonly type: string;
  readonly resource: {
    readonly urn: string;
    readonly type: string;
    readonly inputs?: Readonly<Record<string, unknown>>;
  };
}

/** An object of the Docker engine that a killed run may have made: the state says that it had begun, and no more. */
export interface Unfinished {
  readonly kind: "Container" | "Network" | "Volume";
  readonly name: string;
  /** It carries all of these, or it is somebody else's. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Containers hold networks and volumes: they have to go first. */
const kinds: readonly Unfinished["kind"][] = ["Container", "Network", "Volume"];

/** The Docker objects that a killed run had begun to make, in the order in which they can be removed. */
export function unfinishedIn({ deployment }: ExportedState): Unfinished[] {
  const finished = new Set(deployment.resources?.map(({ urn }) => urn));
  const begun = (deployment.pending_operations ?? []).flatMap(({ type, resource }) => {
    if (type !== "creating" || finished.has(resource.urn)) return [];
    const kind = kinds.find((known) => shortType(resource.type) === `docker:${known}`);
    const { name, labels } = resource.inputs ?? {};
    const declared = labelsOf(labels);
    // Nothing tells whose an object without labels is.
    if (kind === undefined || typeof name !== "string" || Object.keys(declared).length === 0) return [];
    return [{ kind, name, labels: declared }];
  });
  return kinds.flatMap((kind) => begun.filter((object) => object.kind === kind));
}

/** The URNs of the Docker objects that a killed run was removing, as far as the state still has them. */
export function halfRemovedIn({ deployment }: ExportedState): string[] {
  const known = new Set(deployment.resources?.map(({ urn }) => urn));
  const removing = (deployment.pending_operations ?? []).filter(
    ({ type, resource }) => type === "deleting" && resource.type.startsWith("docker:") && known.has(resource.urn),
  );
  return [...new Set(removing.map(({ resource }) => resource.urn))];
}

function labelsOf(value: unknown): Record<string, string> {
  if (!Array.isArray(value)) return {};
  return Object.fromEntries(value.map(({ label, value }: { label: string; value: string }) => [label, value]));
}
