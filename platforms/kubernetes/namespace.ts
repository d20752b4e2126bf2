import type { NamespaceArgs } from "@pulumi/kubernetes/core/v1/namespace.js";
import { stackLabels } from "./names.ts";

/** The stack's own namespace, where the API refuses every pod that asks for privileges. */
export function namespaceArgs(name: string): NamespaceArgs {
  return {
    metadata: { name, labels: { ...stackLabels(name), "pod-security.kubernetes.io/enforce": "restricted" } },
  };
}
