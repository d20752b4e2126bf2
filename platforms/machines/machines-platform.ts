import { ComponentResource, type ComponentResourceOptions, type Resource, runtime } from "@pulumi/pulumi";
import { InvalidArguments, parseArguments } from "../../components/arguments.ts";
import { DockerService } from "../docker/placed-service.ts";
import type {
  Endpoint,
  Instance,
  PlacedService,
  PlaceOptions,
  PlannedService,
  Platform,
  Service,
  ServicePort,
} from "../service.ts";
import { type MachinesPlatformArgs, type MachinesPlatformSettings, machinesPlatformArgs } from "./args.ts";
import { engineAddress } from "./engine-address.ts";
import { MachineEngine } from "./machine-engine.ts";
import { homeOf, machineProblems, machinesFor, placementProblems, unnamedProblems } from "./placement.ts";

export interface MachinesPlatformOptions extends MachinesPlatformArgs {
  /** The host that clients use, where something stands in front of the balancers: a cloud's load balancer. Default: `virtualAddress`, else the first balancer. */
  readonly clientHost?: string;
  /** What must be there before a machine can be used, by its name: the machine itself, where the same program makes it. */
  readonly after?: Readonly<Record<string, readonly Resource[]>>;
}

/**
 * Machines with a Docker engine each, reached over SSH. A service's instances run on the machines with its role, one on each. Every port of a service is
 * published on its machine's private address, where the other machines reach it, and clients' ports on `exposeOn` too; never on all addresses.
 *
 * A HAProxy and the PgBouncers of one machine find each other under the service's name on that machine's own network, so a pool depends on no machine but
 * its own.
 *
 * @throws {InvalidArguments} where machines are declared twice, and when a service is placed for which there is no room.
 */
export class MachinesPlatform extends ComponentResource implements Platform {
  readonly #settings: MachinesPlatformSettings;
  readonly #subject: string;
  readonly #clientHost: string | undefined;
  readonly #engines: readonly MachineEngine[];
  readonly #placed: PlannedService[] = [];

  constructor(name: string, args: MachinesPlatformOptions, opts?: ComponentResourceOptions) {
    const { clientHost, after, ...given } = args;
    const subject = `MachinesPlatform ${name}`;
    const settings = parseArguments(subject, machinesPlatformArgs, given, [
      machineProblems,
      ...(runtime.isDryRun() ? [] : [unnamedProblems]),
    ]);
    super("pulumi-postgres-ha:machines:Platform", name, {}, opts);
    this.#subject = subject;
    this.#settings = settings;
    this.#clientHost = clientHost ?? settings.virtualAddress;
    this.#engines = settings.machines.map(
      (machine) =>
        new MachineEngine(settings.name, machine, engineAddress(machine, settings.ssh), {
          parent: this,
          dependsOn: after?.[machine.name] ?? [],
        }),
    );
    this.registerOutputs({});
  }

  instances(service: string, count: number): readonly Instance[] {
    return this.#enginesFor(service, count).map(({ machine }, index) => ({
      name: `${service}-${index + 1}`,
      host: machine.address,
    }));
  }

  /** Known to the instances of the same machine; the roles put those together that need each other. */
  address(service: string): string {
    return service;
  }

  place(service: Service, options: PlaceOptions): PlacedService {
    const { name: stack } = this.#settings;
    this.#plan(service);
    const engines = this.#enginesFor(service.name, service.instances);
    const instances = engines.map(({ machine, engine, network, images }, index) => ({
      instance: { name: `${service.name}-${index + 1}`, host: machine.address },
      engine,
      network: network.name,
      image: images.imageId(service.role, service.buildArguments ?? {}),
      publish: [
        { address: machine.address, ports: "all" as const, portOffset: 0 },
        ...this.#exposedOn(service, machine).map((address) => ({ address, ports: "exposed" as const, portOffset: 0 })),
      ],
    }));
    const endpoint = ({ port }: ServicePort) => this.#endpoint(service, port);
    return new DockerService(service, { stack, instances, endpoint }, options);
  }

  /** Beside its private address. A virtual address is published by every balancer: one of them has it. */
  #exposedOn(
    service: Service,
    machine: { readonly address: string; readonly exposeOn?: string | undefined },
  ): string[] {
    const { virtualAddress } = this.#settings;
    const addresses = [machine.exposeOn, homeOf(service.name) === "balancer" ? virtualAddress : undefined];
    return addresses.filter((address) => address !== undefined && address !== machine.address) as string[];
  }

  #endpoint(service: Service, port: number): Endpoint {
    const [first] = this.#enginesFor(service.name, 1);
    const own = first?.machine.exposeOn ?? first?.machine.address ?? "";
    return { host: homeOf(service.name) === "balancer" ? (this.#clientHost ?? own) : own, port };
  }

  #enginesFor(service: string, count: number): readonly MachineEngine[] {
    const home = machinesFor(service, this.#settings.machines);
    return this.#engines.filter(({ machine }) => home.includes(machine)).slice(0, count);
  }

  /** A stack checks all services before it places the first one; other programs learn it here. */
  #plan({ name, instances, ports }: Service): void {
    const planned = { name, instances, setting: name, ports: ports.map(({ port }) => ({ port })) };
    const problems = placementProblems(this.#settings.machines, [...this.#placed, planned]);
    if (problems.length > 0) throw new InvalidArguments(this.#subject, problems);
    this.#placed.push(planned);
  }
}
