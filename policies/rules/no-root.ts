import { containersOf } from "../graph/containers.ts";
import type { ResourceRule } from "../rule.ts";

export const noRoot: ResourceRule = {
  name: "no-root",
  description: "No container runs as root.",
  enforcement: "advisory",
  problems: (resource) =>
    containersOf(resource).flatMap(({ where, root }) =>
      root.map((problem) =>
        where === ""
          ? `${problem}. Name a numeric user that is not 0, and leave privileged out.`
          : `${where}: ${problem}. Set securityContext.runAsNonRoot to true or runAsUser to a number that is not 0, and leave privileged out.`,
      ),
    ),
};
