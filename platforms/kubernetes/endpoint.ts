import type { Endpoint, ServicePort } from "../service.ts";
import type { KubernetesPlatformSettings } from "./args.ts";
import { serviceHost } from "./names.ts";

/** Where a client finds an exposed port. Without a way in from outside that is a name which only the cluster's own DNS knows. */
export function endpointOf(service: string, { port }: ServicePort, settings: KubernetesPlatformSettings): Endpoint {
  const { exposure } = settings;
  switch (exposure.type) {
    case "ClusterIP":
      return { host: serviceHost(service, settings), port };
    case "LoadBalancer":
      return { host: exposure.host, port };
    case "NodePort":
      return { host: exposure.host, port: nodePortOf(service, port, exposure.nodePorts) };
  }
}

/** @throws where no node port is set for a port; `nodePortProblems` says so before, for all of them. */
export function nodePortOf(service: string, port: number, nodePorts: Readonly<Record<string, number>>): number {
  const found = nodePorts[String(port)];
  if (found === undefined) throw new Error(`exposure.nodePorts has no port for ${port}, which ${service} exposes`);
  return found;
}
