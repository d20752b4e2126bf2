import type { StandIn } from "../framework/types.ts";
import { kind } from "./kind.ts";

/**
 * Stands in for `pulumi-resource-kubernetes` in previews, and only there: it asks no cluster anything and makes nothing. What replaces a resource is the
 * real provider's list (provider/pkg/provider/diff.go), with `enableConfigMapMutable` and `enableSecretMutable` set.
 */
export const kubernetes: StandIn<undefined> = {
  name: "kubernetes",
  version: "4.34.2",
  config: ["context", "enableConfigMapMutable", "enableSecretMutable", "enableServerSideApply", "kubeconfig"],
  configure: () => undefined,
  resources: Object.fromEntries([
    kind("core/v1", "ConfigMap", { inputs: ["data", "immutable"] }),
    kind("core/v1", "Namespace", { inputs: ["spec"] }),
    kind("core/v1", "PersistentVolumeClaim", {
      inputs: ["spec"],
      replaceOn: ["spec.accessModes", "spec.selector", "spec.storageClassName", "spec.volumeName"],
    }),
    kind("core/v1", "Secret", {
      inputs: ["data", "immutable", "stringData", "type"],
      replaceOn: ["type"],
      secret: ["data", "stringData"],
    }),
    kind("core/v1", "Service", { inputs: ["spec"], replaceOn: ["spec.clusterIP"] }),
    kind("core/v1", "ServiceAccount", { inputs: ["automountServiceAccountToken", "imagePullSecrets"] }),
    kind("apps/v1", "StatefulSet", {
      inputs: ["spec"],
      required: ["spec"],
      replaceOn: [
        "spec.podManagementPolicy",
        "spec.revisionHistoryLimit",
        "spec.selector",
        "spec.serviceName",
        "spec.volumeClaimTemplates",
      ],
    }),
    kind("networking.k8s.io/v1", "NetworkPolicy", { inputs: ["spec"] }),
    kind("policy/v1", "PodDisruptionBudget", { inputs: ["spec"] }),
    kind("rbac.authorization.k8s.io/v1", "Role", { inputs: ["rules"] }),
    kind("rbac.authorization.k8s.io/v1", "RoleBinding", {
      inputs: ["roleRef", "subjects"],
      required: ["roleRef"],
      replaceOn: ["roleRef"],
    }),
  ]),
};
