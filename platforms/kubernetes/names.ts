import type { Instance } from "../service.ts";
import type { KubernetesPlatformSettings } from "./args.ts";

/** Where a stack's objects are, and under what names its pods find each other. */
export type Cluster = Pick<KubernetesPlatformSettings, "namespace" | "clusterDomain">;

/** Instances count from 1 here as on every other platform; a StatefulSet's pods do where it is told to. */
export const firstOrdinal = 1;

/** What a StatefulSet gives its pods a DNS name by. */
export function podsService(service: string): string {
  return `${service}-pods`;
}

/** The port of a Service's, from everywhere in the cluster. Fully qualified: HAProxy looks names up without a search list. */
export function serviceHost(service: string, { namespace, clusterDomain }: Cluster): string {
  return `${service}.${namespace}.svc.${clusterDomain}`;
}

/** The instance of a pod; `pod` may be a variable that the pod's own environment expands. */
export function instanceOf(service: string, pod: string, cluster: Cluster): Instance {
  return { name: pod, host: `${pod}.${serviceHost(podsService(service), cluster)}` };
}

/** The instances of a service, in the order of their pods. */
export function instancesOf(service: string, count: number, cluster: Cluster): Instance[] {
  return Array.from({ length: count }, (_, index) =>
    instanceOf(service, `${service}-${index + firstOrdinal}`, cluster),
  );
}

/** The claim that a StatefulSet takes for a volume of a pod's. */
export function claimName(volume: string, pod: string): string {
  return `${volume}-${pod}`;
}

/** What every object of a stack bears. */
export function stackLabels(namespace: string) {
  return { "app.kubernetes.io/part-of": "pulumi-postgres-ha", "app.kubernetes.io/instance": namespace };
}

/** What selects the pods of a service. A StatefulSet's selector can never be changed: nothing is ever added here. */
export function selectorOf(service: string, namespace: string) {
  return { "app.kubernetes.io/instance": namespace, "app.kubernetes.io/name": service };
}

/** The metadata of an object of a service. Its name is given, so that a change of its content is a change in place. */
export function metadataOf(name: string, service: string, namespace: string) {
  return { name, namespace, labels: { ...stackLabels(namespace), ...selectorOf(service, namespace) } };
}

/** For the provider: do not wait until the object works. Pods need their Services and Services their pods, and `up` proves the way itself. */
export const notAwaited = { "pulumi.com/skipAwait": "true" };
