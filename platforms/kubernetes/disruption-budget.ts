import type { PodDisruptionBudgetArgs } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import type { Service } from "../service.ts";
import { metadataOf, selectorOf } from "./names.ts";

/**
 * A drain of nodes takes one instance at a time. A single instance has no budget: one would keep its node from ever being drained.
 * https://kubernetes.io/docs/tasks/run-application/configure-pdb/
 */
export function disruptionBudget(service: Service, namespace: string): PodDisruptionBudgetArgs | undefined {
  if (service.instances === 1) return undefined;
  return {
    metadata: metadataOf(service.name, service.name, namespace),
    spec: {
      maxUnavailable: 1,
      selector: { matchLabels: selectorOf(service.name, namespace) },
      // An instance that is broken already must not stop the drain.
      unhealthyPodEvictionPolicy: "AlwaysAllow",
    },
  };
}
