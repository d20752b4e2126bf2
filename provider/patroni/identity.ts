import { isDeepStrictEqual } from "node:util";
import type { ResourceType } from "../../toolchain/stand-ins/framework/types.ts";
import { hasUnknown } from "../../toolchain/stand-ins/framework/values.ts";
import type { Instances } from "../instances/instances.ts";

/** Each part of what a cluster is, and why it stays. */
const parts: Readonly<Record<string, string>> = {
  scope: "the members find each other in the store under this name",
  superuser: "it was made by initdb and owns the system's objects",
  version: "data files of one major version are not read by another",
  store: "the members would find an empty store and start another cluster",
};

/** What a cluster keeps for its whole life. A change is refused in the preview, before anything that depends on it is touched. */
export const clusterIdentity: ResourceType<Instances> = {
  inputs: Object.keys(parts),
  required: Object.keys(parts),
  replaceOn: [],

  consequences(olds, news) {
    const refused = Object.entries(parts).filter(
      ([part]) => !hasUnknown(news[part]) && !isDeepStrictEqual(olds[part], news[part]),
    );
    if (refused.length === 0) return [];
    const lines = refused.map(
      ([part, why]) => `  - ${part}: ${olds[part]} → ${news[part]}: cannot change, because ${why}`,
    );
    throw new Error(
      `refused, because the cluster exists:\n${lines.join("\n")}\nKeep what was there, or make a new cluster of another name and move the data.`,
    );
  },

  create: async (_instances, properties) => ({ id: String(properties.scope), outputs: properties }),
  read: async (_instances, id, state, _context, inputs) => ({ id, outputs: state, inputs }),
  async delete() {},
};
