import * as docker from "@pulumi/docker";
import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import { parseArguments } from "../../components/arguments.ts";
import type { Instance, PlacedService, PlaceOptions, Platform, Service, ServicePort } from "../service.ts";
import { type DockerPlatformArgs, type DockerPlatformSettings, dockerPlatformArgs } from "./args.ts";
import { Images } from "./images.ts";
import { DockerService } from "./placed-service.ts";

/** One Docker engine: a network for each stack, a container for each instance, published on the loopback addresses unless told otherwise. */
export class DockerPlatform extends ComponentResource implements Platform {
  readonly #settings: DockerPlatformSettings;
  readonly #network: docker.Network;
  readonly #images: Images;

  constructor(name: string, args: DockerPlatformArgs, opts?: ComponentResourceOptions) {
    super("pulumi-postgres-ha:docker:Platform", name, {}, opts);
    this.#settings = parseArguments(`DockerPlatform ${name}`, dockerPlatformArgs, args);
    this.#network = new docker.Network(
      `${name}-network`,
      {
        name: this.#settings.name,
        driver: "bridge",
        labels: [{ label: "pulumi-postgres-ha.stack", value: this.#settings.name }],
      },
      { parent: this, deleteBeforeReplace: true },
    );
    this.#images = new Images({ parent: this }, `${this.#settings.name}-`);
    this.registerOutputs({});
  }

  instances(service: string, count: number): readonly Instance[] {
    return Array.from({ length: count }, (_, index) => {
      const name = `${service}-${index + 1}`;
      return { name, host: name };
    });
  }

  address(service: string): string {
    return service;
  }

  place(service: Service, options: PlaceOptions): PlacedService {
    const { name: stack, host, addresses, portOffset } = this.#settings;
    const image = this.#images.imageId(service.role, service.buildArguments ?? {});
    const instances = this.instances(service.name, service.instances).map((instance, index) => {
      const publish = addresses
        .slice(index, index + 1)
        .map((address) => ({ address, ports: "exposed", portOffset }) as const);
      return { instance, network: this.#network.name, image, publish };
    });
    const endpoint = ({ port }: ServicePort) => ({ host, port: port + portOffset });
    return new DockerService(service, { stack, instances, endpoint }, options);
  }
}
