import messages from "@pulumi/pulumi/proto/provider_pb.js";
import type { Difference, Kind } from "./diff.ts";
import type { CheckFailure, Properties } from "./types.ts";
import { encode } from "./values.ts";

const { DiffChanges } = messages.DiffResponse;
const kinds = messages.PropertyDiff.Kind;

const kindOf: Readonly<Record<Kind, { keep: messages.PropertyDiff.Kind; replace: messages.PropertyDiff.Kind }>> = {
  add: { keep: kinds.ADD, replace: kinds.ADD_REPLACE },
  delete: { keep: kinds.DELETE, replace: kinds.DELETE_REPLACE },
  update: { keep: kinds.UPDATE, replace: kinds.UPDATE_REPLACE },
};

export function checked(inputs: Properties, failures: readonly CheckFailure[]): messages.CheckResponse {
  return new messages.CheckResponse()
    .setInputs(encode(inputs))
    .setFailuresList(
      failures.map((failure) => new messages.CheckFailure().setProperty(failure.property).setReason(failure.reason)),
    );
}

export function differing(found: Difference): messages.DiffResponse {
  const changes = Object.entries(found.changes);
  const response = new messages.DiffResponse()
    .setChanges(changes.length > 0 ? DiffChanges.DIFF_SOME : DiffChanges.DIFF_NONE)
    .setReplacesList([...found.replaces])
    .setDiffsList([...new Set(changes.map(([path]) => path.split(/[.[]/)[0] ?? path))])
    .setDeletebeforereplace(found.deleteBeforeReplace)
    .setHasdetaileddiff(true);
  for (const [path, change] of changes) {
    const kind = kindOf[change.kind][change.replace ? "replace" : "keep"];
    const entry = new messages.PropertyDiff().setKind(kind).setInputdiff(true);
    response.getDetaileddiffMap().set(path, entry);
  }
  return response;
}
