import type { ServiceArgs } from "@pulumi/kubernetes/core/v1/service.js";
import type { core } from "@pulumi/kubernetes/types/input.js";
import type { Service, ServicePort } from "../service.ts";
import type { KubernetesPlatformSettings } from "./args.ts";
import { nodePortOf } from "./endpoint.ts";
import { metadataOf, notAwaited, podsService, selectorOf } from "./names.ts";

/** Gives every pod a DNS name, ready or not: the members of a quorum look for each other before they are. */
export function headlessService(service: Service, namespace: string): ServiceArgs {
  return {
    metadata: unawaited(podsService(service.name), service.name, namespace),
    spec: {
      clusterIP: "None",
      publishNotReadyAddresses: true,
      selector: selectorOf(service.name, namespace),
      ports: service.ports.map(portOf),
    },
  };
}

/** One address for all ready pods, inside of the cluster. */
export function addressService(service: Service, namespace: string): ServiceArgs {
  return {
    metadata: unawaited(service.name, service.name, namespace),
    spec: { type: "ClusterIP", selector: selectorOf(service.name, namespace), ports: service.ports.map(portOf) },
  };
}

/** The way in for clients outside of the cluster; none for a service without exposed ports, or where none shall be. */
export function exposedService(service: Service, settings: KubernetesPlatformSettings): ServiceArgs | undefined {
  const { exposure, namespace } = settings;
  const ports = service.ports.filter(({ exposed }) => exposed);
  if (exposure.type === "ClusterIP" || ports.length === 0) return undefined;
  const metadata = unawaited(`${service.name}-exposed`, service.name, namespace);
  const spec = {
    type: exposure.type,
    selector: selectorOf(service.name, namespace),
    // Keeps the client's address, by which it is let in.
    externalTrafficPolicy: "Local",
  };
  if (exposure.type === "NodePort") {
    return {
      metadata,
      spec: {
        ...spec,
        ports: ports.map((port) => ({
          ...portOf(port),
          nodePort: nodePortOf(service.name, port.port, exposure.nodePorts),
        })),
      },
    };
  }
  return {
    metadata: { ...metadata, annotations: { ...exposure.annotations, ...metadata.annotations } },
    spec: { ...spec, ports: ports.map(portOf), loadBalancerSourceRanges: exposure.sources },
  };
}

function unawaited(name: string, service: string, namespace: string) {
  return { ...metadataOf(name, service, namespace), annotations: notAwaited };
}

function portOf({ name, port }: ServicePort): core.v1.ServicePort {
  return { name, port, targetPort: port, protocol: "TCP" };
}
