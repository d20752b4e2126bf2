import type { Problem } from "../../components/arguments.ts";
import type { PlannedPort, PlannedService, Role } from "../service.ts";
import type { Machine, MachineRole } from "./args.ts";
import { isDocumentation } from "./documentation-machines.ts";

/** What this must know of a machine. */
export interface HasRoles {
  readonly name: string;
  readonly roles: readonly MachineRole[];
}

/** PgBouncer is found beside HAProxy: clients reach it through the one, and it reaches the members through the other, on one machine. */
const homes: Readonly<Record<Role, MachineRole>> = {
  postgres: "database",
  etcd: "consensus",
  haproxy: "balancer",
  pgbouncer: "balancer",
  minio: "bucket",
};

/** The role of the machines that a service runs on. A service's name begins with the role of its image. */
export function homeOf(service: string): MachineRole {
  const role = Object.keys(homes).find((role) => service === role || service.startsWith(`${role}-`));
  if (role === undefined) throw new Error(`no machine has a role for the service ${service}`);
  return homes[role as Role];
}

/** The machines that a service may run on, in the order in which its instances take them. */
export function machinesFor<One extends Pick<HasRoles, "roles">>(service: string, machines: readonly One[]): One[] {
  const home = homeOf(service);
  return machines.filter(({ roles }) => roles.includes(home));
}

/** What is wrong with the machines themselves. Paths begin at the platform's arguments. */
export function machineProblems({
  machines,
}: {
  readonly machines: readonly Pick<Machine, "name" | "address">[];
}): Problem[] {
  return (["name", "address"] as const).flatMap((key) =>
    machines.flatMap((machine, index) => {
      const first = machines.findIndex((other) => other[key] === machine[key]);
      if (first === index) return [];
      const message = `${machine[key]} is machines[${first}].${key} already; each machine needs ${key === "name" ? "a name" : "an address"} of its own`;
      return [{ path: `machines[${index}].${key}`, message }];
    }),
  );
}

/** A preview needs no machine; everything else does. */
export function unnamedProblems({ machines }: { readonly machines: readonly Pick<Machine, "address">[] }): Problem[] {
  const invented = machines.filter(({ address }) => isDocumentation(address));
  if (invented.length === 0) return [];
  return [
    {
      path: "machines",
      message:
        `${invented.map(({ address }) => address).join(", ")} are addresses of the documentation, which a preview may show and no machine has; ` +
        "name your machines: machines: [{ name: db-1, address: 10.0.0.120, roles: [database, consensus] }, ..]",
    },
  ];
}

/** What keeps services from being placed on machines: too few of them, or two services that want one port. */
export function placementProblems(machines: readonly HasRoles[], services: readonly PlannedService[]): Problem[] {
  return [
    ...services.flatMap((service) => tooFew(service, machines)),
    ...services.flatMap((service) => alone(service, machines, services)),
    ...machines.flatMap((machine) => portProblems(machine, portsOn(machine, machines, services))),
  ];
}

function tooFew(service: PlannedService, machines: readonly HasRoles[]): Problem[] {
  const home = homeOf(service.name);
  const fit = machinesFor(service.name, machines);
  if (fit.length >= service.instances) return [];
  const there =
    fit.length === 0 ? "there is none" : `there are ${fit.length} (${fit.map(({ name }) => name).join(", ")})`;
  const more = `give the role ${home} to more machines`;
  return [
    {
      path: service.setting,
      message:
        `${counted(service.instances, "instance")} of ${service.name} ${service.instances === 1 ? "needs" : "need"} ${counted(service.instances, "machine")} with the role ${home}, ` +
        `and ${there}; ${fit.length === 0 ? more : `${more}, or use ${fit.length}`}`,
    },
  ];
}

/** An instance finds what it reaches on its own machine. */
function alone(service: PlannedService, machines: readonly HasRoles[], services: readonly PlannedService[]): Problem[] {
  const reached = services.find(({ name }) => name === service.reaches);
  if (reached === undefined) return [];
  const runs = ({ name, instances }: PlannedService) => machinesFor(name, machines).slice(0, instances);
  const without = runs(service).filter((machine) => !runs(reached).includes(machine));
  if (without.length === 0) return [];
  return [
    {
      path: service.setting,
      message:
        `${service.name} reaches ${reached.name} on its own machine, and ${without.map(({ name }) => name).join(", ")} would have none; ` +
        `use at most ${reached.instances}, or raise ${reached.setting}, ${reached.instances}, to ${service.instances}`,
    },
  ];
}

const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;

interface PortOnMachine extends PlannedPort {
  readonly instance: string;
}

/** Every port that a machine publishes. */
export function portsOn<One extends HasRoles>(
  machine: One,
  machines: readonly One[],
  services: readonly PlannedService[],
): PortOnMachine[] {
  return services.flatMap(({ name, instances, ports }) => {
    const index = machinesFor(name, machines).indexOf(machine);
    if (index < 0 || index >= instances) return [];
    return ports.map((port) => ({ ...port, instance: `${name}-${index + 1}` }));
  });
}

function portProblems({ name }: Pick<Machine, "name">, ports: readonly PortOnMachine[]): Problem[] {
  return ports.flatMap((port, index) => {
    const taken = ports.slice(0, index).find((other) => other.port === port.port);
    if (taken === undefined) return [];
    const settings = [port.setting, taken.setting].filter((setting) => setting !== undefined);
    const change = settings.length === 0 ? "" : `, or change ${settings.join(" or ")}`;
    return [
      {
        path: port.setting ?? taken.setting ?? port.instance,
        message: `${taken.instance} and ${port.instance} both listen on ${port.port} of the machine ${name}; give them different machines by their roles${change}`,
      },
    ];
  });
}
