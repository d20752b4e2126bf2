import type { NetworkPolicyArgs } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import type { networking } from "@pulumi/kubernetes/types/input.js";
import type { Service, ServicePort } from "../service.ts";
import type { KubernetesPlatformSettings } from "./args.ts";
import { metadataOf, selectorOf, stackLabels } from "./names.ts";

/** Nobody reaches a pod of the namespace, unless another policy lets them in. https://kubernetes.io/docs/concepts/services-networking/network-policies/ */
export function denyAll(namespace: string): NetworkPolicyArgs {
  return {
    metadata: { name: "deny-all", namespace, labels: stackLabels(namespace) },
    spec: { podSelector: {}, policyTypes: ["Ingress"] },
  };
}

/** Who reaches a service: the stack's own pods its ports, clients the exposed ones. */
export function networkPolicy(service: Service, settings: KubernetesPlatformSettings): NetworkPolicyArgs {
  const { namespace } = settings;
  const exposed = service.ports.filter((port) => port.exposed);
  const clients = exposed.length === 0 ? [] : clientsOf(settings);
  return {
    metadata: metadataOf(service.name, service.name, namespace),
    spec: {
      podSelector: { matchLabels: selectorOf(service.name, namespace) },
      policyTypes: ["Ingress"],
      ingress: [
        { from: [{ podSelector: { matchLabels: stackLabels(namespace) } }], ports: service.ports.map(portOf) },
        // A rule with an empty list of clients would let in everybody.
        ...(clients.length === 0 ? [] : [{ from: clients, ports: exposed.map(portOf) }]),
      ],
    },
  };
}

function clientsOf({ clientNamespaces, exposure }: KubernetesPlatformSettings): networking.v1.NetworkPolicyPeer[] {
  const sources = exposure.type === "ClusterIP" ? [] : exposure.sources;
  return [
    ...clientNamespaces.map((name) => ({
      namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    })),
    ...sources.map((cidr) => ({ ipBlock: { cidr } })),
  ];
}

function portOf({ port }: ServicePort): networking.v1.NetworkPolicyPort {
  return { port, protocol: "TCP" };
}
