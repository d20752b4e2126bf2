import { isDeepStrictEqual } from "node:util";
import type { Properties, ResourceType } from "../../toolchain/stand-ins/framework/types.ts";
import { hasUnknown } from "../../toolchain/stand-ins/framework/values.ts";
import type { Instances } from "../instances/instances.ts";

/** Each part of what a cluster is, and why it stays. */
const parts: Readonly<Record<string, string>> = {
  scope: "the members find each other in the store under this name",
  superuser: "it was made by initdb and owns the system's objects",
  version: "data files of one major version are not read by another",
  store: "the members would find an empty store and start another cluster",
};

/**
 * What a cluster keeps for its whole life, and the memory that its servers need until they are restarted with less. A change is
 * refused in the preview, before anything that depends on it is touched.
 */
export const clusterIdentity: ResourceType<Instances> = {
  inputs: [...Object.keys(parts), "memory", "memoryUse"],
  required: [...Object.keys(parts), "memory", "memoryUse"],
  replaceOn: [],

  consequences(olds, news) {
    const refused = [...changedParts(olds, news), ...tooLittleMemory(olds, news)];
    if (refused.length === 0) return [];
    throw new Error(`refused, because the cluster exists:\n${refused.map((line) => `  - ${line}`).join("\n")}`);
  },

  create: async (_instances, properties) => ({ id: String(properties.scope), outputs: properties }),
  read: async (_instances, id, state, _context, inputs) => ({ id, outputs: state, inputs }),
  async delete() {},
};

function changedParts(olds: Properties, news: Properties): string[] {
  return Object.entries(parts)
    .filter(([part]) => !hasUnknown(news[part]) && !isDeepStrictEqual(olds[part], news[part]))
    .map(
      ([part, why]) =>
        `${part}: ${olds[part]} → ${news[part]}: cannot change, because ${why}; keep it, or make a new cluster of another name and move the data`,
    );
}

/** A limit below what the running servers hold would have them killed before their settings get smaller. */
function tooLittleMemory(olds: Properties, news: Properties): string[] {
  if (hasUnknown(news.memory) || Number(news.memory) >= Number(olds.memoryUse)) return [];
  return [
    `memory: ${olds.memory} MiB → ${news.memory} MiB: the running servers may use ${olds.memoryUse} MiB; first give them less by cluster.parameters (shared_buffers, work_mem, maintenance_work_mem, max_connections), run up, and lower the limit then`,
  ];
}
