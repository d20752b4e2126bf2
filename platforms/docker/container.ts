import type * as docker from "@pulumi/docker";
import type { Input } from "@pulumi/pulumi";
import type { Instance, Service, ServiceFile } from "../service.ts";

export interface ContainerPlace {
  /** Container name, unique on the engine. */
  readonly container: string;
  readonly image: Input<string>;
  readonly network: Input<string>;
  /** Host names beside the instance's own. */
  readonly aliases: readonly string[];
  /** Docker volume for each volume of the service, by its name. */
  readonly volumes: Readonly<Record<string, Input<string>>>;
  /** The address to publish the exposed ports on; none for an instance that is not reachable from outside. */
  readonly publish?: { readonly address: string; readonly portOffset: number };
  readonly labels: readonly { readonly label: string; readonly value: string }[];
}

const seconds = (count: number) => `${count}s`;

/** A service's instance as a container. https://www.pulumi.com/registry/packages/docker/api-docs/container/ */
export function containerArgs(service: Service, instance: Instance, place: ContainerPlace): docker.ContainerArgs {
  const { health, limits, stop } = service;
  return {
    name: place.container,
    image: place.image,
    hostname: instance.name,
    user: String(service.user),
    ...(service.command ? { command: [...service.command] } : {}),
    envs: Object.entries(service.environment?.(instance) ?? {}).map(([name, value]) => `${name}=${value}`),
    uploads: service.files.map((file) => upload(file, service.user)),
    volumes: service.volumes.map(({ name, path }) => ({
      volumeName: place.volumes[name] as Input<string>,
      containerPath: path,
    })),
    networkMode: "bridge",
    networksAdvanced: [{ name: place.network, aliases: [instance.name, ...place.aliases] }],
    ports: publishedPorts(service, place.publish),
    healthcheck: {
      tests: ["CMD", ...health.command],
      interval: seconds(health.interval),
      timeout: seconds(health.timeout),
      retries: health.retries,
      startPeriod: seconds(health.startPeriod),
    },
    wait: service.waitForHealth,
    waitTimeout: 180,
    restart: "unless-stopped",
    stopSignal: stop.signal,
    stopTimeout: stop.grace,
    destroyGraceSeconds: stop.grace,
    memory: limits.memory,
    ...(limits.sharedMemory ? { shmSize: limits.sharedMemory } : {}),
    ...(limits.openFiles ? { ulimits: [{ name: "nofile", soft: limits.openFiles, hard: limits.openFiles }] } : {}),
    capabilities: { drops: ["ALL"] },
    securityOpts: ["no-new-privileges:true"],
    logDriver: "json-file",
    logOpts: { "max-size": "10m", "max-file": "3" },
    labels: [...place.labels],
  };
}

function upload({ path, content, secret, executable }: ServiceFile, user: number) {
  const permissions = executable ? "0555" : "0444";
  // A secret belongs to the one user of the container; everything else to root, so that the program cannot change it.
  return secret
    ? { file: path, content, owner: String(user), group: String(user), permissions: "0400" }
    : { file: path, content, permissions };
}

function publishedPorts(service: Service, publish: ContainerPlace["publish"]) {
  if (publish === undefined) return [];
  return service.ports
    .filter(({ exposed }) => exposed)
    .map(({ port }) => ({ internal: port, external: port + publish.portOffset, ip: publish.address, protocol: "tcp" }));
}
