import { containersOf } from "../graph/containers.ts";
import type { ResourceRule } from "../rule.ts";

export const limitsSet: ResourceRule = {
  name: "limits-set",
  description: "Every container has a limit of memory.",
  enforcement: "advisory",
  problems: (resource) =>
    containersOf(resource)
      .filter(({ memoryLimit }) => memoryLimit === "missing")
      .map(({ where }) =>
        where === ""
          ? "memory is not set, so that one container can take the memory of all. Set memory, in MiB."
          : `resources.limits.memory of ${where} is not set, so that one pod can take the memory of all. Set it, e.g. 768Mi.`,
      ),
};
