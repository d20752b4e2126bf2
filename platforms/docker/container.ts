import type * as docker from "@pulumi/docker";
import type { Input } from "@pulumi/pulumi";
import type { Instance, Service } from "../service.ts";
import { deliveredMark } from "./delivered-files.ts";

export interface Publication {
  readonly address: string;
  /** Clients' ports, or those that other services use too. */
  readonly ports: "exposed" | "all";
  readonly portOffset: number;
}

export interface ContainerPlace {
  /** Container name, unique on the engine. */
  readonly container: string;
  readonly image: Input<string>;
  readonly network: Input<string>;
  /** Host names beside the instance's own. */
  readonly aliases: readonly string[];
  /** Docker volume for each volume of the service, by its name. */
  readonly volumes: Readonly<Record<string, Input<string>>>;
  /** Addresses of the engine's machine on which ports are published; none for an instance that is not reachable from outside. */
  readonly publish: readonly Publication[];
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
    envs: environment(service, instance),
    volumes: service.volumes.map(({ name, path }) => ({
      volumeName: place.volumes[name] as Input<string>,
      containerPath: path,
    })),
    networkMode: "bridge",
    networksAdvanced: [{ name: place.network, aliases: [instance.name, ...place.aliases] }],
    ports: place.publish.flatMap((publication) => publishedPorts(service, publication)),
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

function environment(service: Service, instance: Instance): string[] {
  const own = service.environment?.(instance) ?? {};
  const variables = service.files.length === 0 ? own : { ...own, AWAIT_FILE: deliveredMark };
  return Object.entries(variables).map(([name, value]) => `${name}=${value}`);
}

function publishedPorts(service: Service, { address, ports, portOffset }: Publication) {
  return service.ports
    .filter(({ exposed }) => exposed || ports === "all")
    .map(({ port }) => ({ internal: port, external: port + portOffset, ip: address, protocol: "tcp" }));
}
