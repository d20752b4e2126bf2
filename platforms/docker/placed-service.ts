import * as docker from "@pulumi/docker";
import { ComponentResource, type Input, type Output, type Resource } from "@pulumi/pulumi";
import type {
  Endpoint,
  Instance,
  InstanceAddress,
  PlacedService,
  PlaceOptions,
  Service,
  ServicePort,
} from "../service.ts";
import { containerArgs, type Publication } from "./container.ts";
import { deliverFiles } from "./delivered-files.ts";

/** A Docker engine on another machine. */
export interface RemoteEngine {
  readonly provider: docker.Provider;
  /** As the provider has it, e.g. `ssh://root@10.0.0.120:22`. */
  readonly host: string;
}

/** Where one instance runs. */
export interface InstancePlace {
  readonly instance: Instance;
  readonly network: Input<string>;
  readonly image: Input<string>;
  readonly publish: readonly Publication[];
  /** Left out: the engine that the environment names. */
  readonly engine?: RemoteEngine;
}

export interface DockerPlace {
  /** Prefix of every container and volume. */
  readonly stack: string;
  readonly instances: readonly InstancePlace[];
  /** Where clients find an exposed port. */
  readonly endpoint: (port: ServicePort) => Endpoint;
}

/** Who an object belongs to, for people who look at the engine and for the stand-in that meets one after an interrupted run. */
function labelsOf(stack: string, service: string) {
  return [
    { label: "pulumi-postgres-ha.stack", value: stack },
    { label: "pulumi-postgres-ha.service", value: service },
  ];
}

/** A service on Docker engines: a container for each instance, and volumes that no `up` replaces and no `destroy` removes unasked. */
export class DockerService extends ComponentResource implements PlacedService {
  readonly instances: readonly Instance[];
  readonly resources: readonly Resource[];
  readonly addresses: readonly Output<InstanceAddress>[];
  readonly storage: readonly Resource[];
  readonly #service: Service;
  readonly #place: DockerPlace;

  constructor(service: Service, place: DockerPlace, { parent, dependsOn }: PlaceOptions) {
    super("pulumi-postgres-ha:docker:Service", `${place.stack}-${service.name}`, {}, { parent });
    this.#service = service;
    this.#place = place;
    this.instances = place.instances.map(({ instance }) => instance);
    const placed = place.instances.map((one) => this.#instance(one, dependsOn));
    this.resources = placed.map(({ container }) => container);
    this.addresses = placed.map(({ reached }) => reached);
    this.storage = placed.flatMap(({ volumes }) => volumes);
    this.registerOutputs({});
  }

  endpoint(name: string): Endpoint {
    const port = this.#service.ports.find((candidate) => candidate.name === name);
    if (port === undefined || !port.exposed) throw new Error(`${this.#service.name} exposes no port "${name}"`);
    return this.#place.endpoint(port);
  }

  #instance({ instance, image, network, publish, engine }: InstancePlace, dependsOn: readonly Resource[] | undefined) {
    const { stack } = this.#place;
    const on = { parent: this, ...(engine ? { provider: engine.provider } : {}) };
    const name = `${stack}-${instance.name}`;
    const labels = labelsOf(stack, this.#service.name);
    const volumes = this.#service.volumes.map((volume) => {
      const resource = new docker.Volume(
        `${name}-${volume.name}`,
        { name: `${name}-${volume.name}`, labels },
        { ...on, protect: true },
      );
      return { name: volume.name, resource };
    });
    const container = new docker.Container(
      name,
      containerArgs(this.#service, instance, {
        container: name,
        image,
        network,
        aliases: [this.#service.name],
        volumes: Object.fromEntries(volumes.map(({ name, resource }) => [name, resource.name])),
        publish,
        labels,
      }),
      // Two containers cannot share a name, a volume or a port.
      { ...on, deleteBeforeReplace: true, ...(dependsOn ? { dependsOn: [...dependsOn] } : {}) },
    );
    const reached = deliverFiles(this.#service, name, container, this, engine?.host);
    return { container, reached, volumes: volumes.map(({ resource }) => resource) };
  }
}
