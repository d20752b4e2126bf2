import { HaPostgres } from "../components/index.ts";
import { KubernetesPlatform } from "../platforms/kubernetes/index.ts";
import type { KubernetesSettings } from "./schema.ts";

/**
 * The whole system in a namespace of a Kubernetes cluster. A preview asks no cluster anything. What connects from outside (roles, databases, the bucket)
 * goes through the exposed ports: with the default, `exposure.type: ClusterIP`, their names are known inside of the cluster only.
 */
export function kubernetes({ environment: _, kubernetes, ...settings }: KubernetesSettings): HaPostgres {
  const platform = new KubernetesPlatform(kubernetes.namespace, kubernetes);
  return new HaPostgres(kubernetes.namespace, { platform, ...settings });
}
