import { portsOn } from "../../platforms/machines/placement.ts";
import type { PlannedService } from "../../platforms/service.ts";
import type { MachineKind, PlannedMachine } from "./layout.ts";

/** Who may connect: a group of machines, the load balancer, or a network. */
export type Source = { readonly group: MachineKind | "front" } | { readonly cidr: string };

export interface Access {
  /** Whose ports these are. */
  readonly to: MachineKind | "front";
  readonly port: number;
  readonly from: Source;
  readonly meaning: string;
}

export interface AccessInputs {
  readonly machines: readonly PlannedMachine[];
  readonly services: readonly PlannedService[];
  /** What the load balancer hands on, by name. */
  readonly clientPorts: Readonly<Record<string, number>>;
  /** Networks of applications. */
  readonly clients: readonly string[];
  /** Networks of those who run `up`. */
  readonly operators: readonly string[];
}

const sshPort = 22;

/** Every connection that is allowed; there are no others. */
export function accessRules(inputs: AccessInputs): Access[] {
  const { machines, services, clientPorts, clients, operators } = inputs;
  const kinds = [...new Set(machines.map(({ kind }) => kind))];
  const between = kinds.flatMap((to) =>
    portsOf(to, machines, services).flatMap((port) =>
      kinds.map((from): Access => ({ to, port, from: { group: from }, meaning: `from ${from} machines` })),
    ),
  );
  const exposed = Object.entries(clientPorts).flatMap(([name, port]): Access[] => [
    { to: "balancer", port, from: { group: "front" }, meaning: `${name}, from the load balancer` },
    ...[...new Set([...clients, ...operators])].map(
      (cidr): Access => ({ to: "front", port, from: { cidr }, meaning: `${name}, from clients` }),
    ),
  ]);
  const ssh = kinds.flatMap((to) =>
    operators.map((cidr): Access => ({ to, port: sshPort, from: { cidr }, meaning: "SSH, from operators" })),
  );
  return [...between, ...exposed, ...ssh];
}

/** The ports that the machines of a kind publish. */
function portsOf(
  kind: MachineKind,
  machines: readonly PlannedMachine[],
  services: readonly PlannedService[],
): number[] {
  const ports = machines
    .filter((machine) => machine.kind === kind)
    .flatMap((machine) => portsOn(machine, machines, services).map(({ port }) => port));
  return [...new Set(ports)].sort((a, b) => a - b);
}
