import * as docker from "@pulumi/docker";
import { ComponentResource, type Input, type Resource } from "@pulumi/pulumi";
import type { Endpoint, Instance, PlacedService, PlaceOptions, Service } from "../service.ts";
import type { DockerPlatformSettings } from "./args.ts";
import { containerArgs } from "./container.ts";

export interface DockerPlace {
  readonly settings: DockerPlatformSettings;
  readonly network: Input<string>;
  readonly image: Input<string>;
  readonly instances: readonly Instance[];
}

/** Who an object belongs to, for people who look at the engine and for the stand-in that meets one after an interrupted run. */
function labelsOf(stack: string, service: string) {
  return [
    { label: "pulumi-postgres-ha.stack", value: stack },
    { label: "pulumi-postgres-ha.service", value: service },
  ];
}

/** A service on one Docker engine: a container for each instance, and volumes that no `up` replaces and no `destroy` removes unasked. */
export class DockerService extends ComponentResource implements PlacedService {
  readonly instances: readonly Instance[];
  readonly resources: readonly Resource[];
  readonly storage: readonly Resource[];
  readonly #service: Service;
  readonly #settings: DockerPlatformSettings;

  constructor(service: Service, place: DockerPlace, { parent, dependsOn }: PlaceOptions) {
    super("pulumi-postgres-ha:docker:Service", `${place.settings.name}-${service.name}`, {}, { parent });
    this.#service = service;
    this.#settings = place.settings;
    this.instances = place.instances;
    const placed = place.instances.map((instance, index) => this.#instance(instance, index, place, dependsOn));
    this.resources = placed.map(({ container }) => container);
    this.storage = placed.flatMap(({ volumes }) => volumes);
    this.registerOutputs({});
  }

  endpoint(name: string): Endpoint {
    const port = this.#service.ports.find((candidate) => candidate.name === name);
    if (port === undefined || !port.exposed) throw new Error(`${this.#service.name} exposes no port "${name}"`);
    return { host: this.#settings.host, port: port.port + this.#settings.portOffset };
  }

  #instance(instance: Instance, index: number, place: DockerPlace, dependsOn: readonly Resource[] | undefined) {
    const { name: stack, addresses, portOffset } = this.#settings;
    const name = `${stack}-${instance.name}`;
    const labels = labelsOf(stack, this.#service.name);
    const volumes = this.#service.volumes.map((volume) => {
      const resource = new docker.Volume(
        `${name}-${volume.name}`,
        { name: `${name}-${volume.name}`, labels },
        { parent: this, protect: true },
      );
      return { name: volume.name, resource };
    });
    const address = addresses[index];
    const container = new docker.Container(
      name,
      containerArgs(this.#service, instance, {
        container: name,
        image: place.image,
        network: place.network,
        aliases: [this.#service.name],
        volumes: Object.fromEntries(volumes.map(({ name, resource }) => [name, resource.name])),
        ...(address === undefined ? {} : { publish: { address, portOffset } }),
        labels,
      }),
      // Two containers cannot share a name, a volume or a port.
      { parent: this, deleteBeforeReplace: true, ...(dependsOn ? { dependsOn: [...dependsOn] } : {}) },
    );
    return { container, volumes: volumes.map(({ resource }) => resource) };
  }
}
