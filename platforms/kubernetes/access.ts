import type { ServiceAccountArgs } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import type { RoleArgs } from "@pulumi/kubernetes/rbac/v1/role.js";
import type { RoleBindingArgs } from "@pulumi/kubernetes/rbac/v1/roleBinding.js";
import type { LeaderElection } from "../service.ts";
import { metadataOf } from "./names.ts";

/** Who the pods of a service are to the cluster's API. A pod that asks nothing of it gets no token. */
export function serviceAccount(service: string, namespace: string): ServiceAccountArgs {
  return { metadata: metadataOf(service, service, namespace), automountServiceAccountToken: false };
}

/**
 * What an election needs, and no more: of the objects that there are, the instances write those of the election and their own pods. Whoever may write
 * any ConfigMap or pod of the namespace owns every program in it.
 */
export function electionRole(
  service: string,
  { objects }: LeaderElection,
  pods: readonly string[],
  namespace: string,
): RoleArgs {
  const core = { apiGroups: [""] };
  return {
    metadata: metadataOf(service, service, namespace),
    rules: [
      // Neither a creation nor a list can be tied to names.
      { ...core, resources: ["configmaps"], verbs: ["create", "list", "watch"] },
      { ...core, resources: ["configmaps"], resourceNames: [...objects], verbs: ["get", "patch", "update"] },
      { ...core, resources: ["pods"], verbs: ["list", "watch"] },
      { ...core, resources: ["pods"], resourceNames: [...pods], verbs: ["get", "patch", "update"] },
    ],
  };
}

export function electionRoleBinding(service: string, namespace: string): RoleBindingArgs {
  return {
    metadata: metadataOf(service, service, namespace),
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: service },
    subjects: [{ kind: "ServiceAccount", name: service, namespace }],
  };
}
