import type { MachineRole } from "../../platforms/machines/args.ts";
import { homeOf } from "../../platforms/machines/placement.ts";
import type { PlannedService } from "../../platforms/service.ts";
import { hostOf, sixteenth } from "./addresses.ts";
import type { AwsSettings } from "./args.ts";

/** What a machine is made for; its group of machines shares a security group. */
export type MachineKind = "database" | "balancer" | "consensus";

/** A machine before it is made: everything that other machines' configuration names is known. */
export interface PlannedMachine {
  readonly name: string;
  readonly kind: MachineKind;
  readonly roles: readonly MachineRole[];
  /** The place of its zone in `zones`. */
  readonly zone: number;
  readonly address: string;
  readonly instanceType: string;
  /** GiB of the volume for data; none for a machine that holds none. */
  readonly dataVolume?: number;
}

/** The first place of each kind in its zone's subnet. The place never depends on how many machines there are, so that none moves when one is added. */
const firstPlaces: Readonly<Record<MachineKind, number>> = { database: 10, balancer: 30, consensus: 50 };
/** The zone depends on no count either. Balancers begin at the other end, so that a consensus that spans kinds does not gather in one zone. */
const zoneOf: Readonly<Record<MachineKind, (index: number, zones: number) => number>> = {
  database: (index, zones) => index % zones,
  balancer: (index, zones) => zones - 1 - (index % zones),
  consensus: (index, zones) => index % zones,
};
/** The load balancer's place in each subnet. */
const frontPlace = 5;

/** The network of a zone in which machines are; nothing there has a public address. */
export function privateSubnet({ cidr }: Pick<AwsSettings, "cidr">, zone: number): string {
  return sixteenth(cidr, zone);
}

/** The network of a zone that has a way out: for the gateway through which machines install and update. */
export function publicSubnet({ cidr }: Pick<AwsSettings, "cidr">, zone: number): string {
  return sixteenth(cidr, 8 + zone);
}

export function frontAddress(settings: Pick<AwsSettings, "cidr">, zone: number): string {
  return hostOf(privateSubnet(settings, zone), frontPlace);
}

/**
 * The machines that services need: one for each member, one for each balancer. Consensus members share those, the servers' first, spread so that the
 * loss of a zone leaves a majority (but not that of a cluster's only server, with which the cluster is lost anyway).
 */
export function plannedMachines(
  settings: Pick<AwsSettings, "cidr" | "zones" | "instanceTypes">,
  services: readonly PlannedService[],
  volumeSize: number,
): PlannedMachine[] {
  const needed = (role: MachineRole) =>
    Math.max(0, ...services.filter(({ name }) => homeOf(name) === role).map(({ instances }) => instances));
  const databases = needed("database");
  const balancers = needed("balancer");
  const electors = needed("consensus");
  const kinds = [
    ...numbered("database", "db", databases),
    ...numbered("balancer", "balancer", balancers),
    ...numbered("consensus", "consensus", Math.max(0, electors - databases - balancers)),
  ];
  return kinds.map(({ kind, name, index }, place) => {
    const roles: MachineRole[] = [
      ...(kind === "consensus" ? [] : [kind]),
      ...(place < electors ? ["consensus" as const] : []),
      ...(needed("bucket") > 0 && kind === "balancer" && index === balancers - 1 ? ["bucket" as const] : []),
    ];
    const zones = settings.zones.length;
    const zone = zoneOf[kind](index, zones);
    const address = hostOf(privateSubnet(settings, zone), firstPlaces[kind] + Math.floor(index / zones));
    const instanceType = settings.instanceTypes[kind === "database" ? "database" : "balancer"];
    const dataVolume = volumeFor(roles, volumeSize);
    return { name, kind, roles, zone, address, instanceType, ...(dataVolume > 0 ? { dataVolume } : {}) };
  });
}

/** GiB for etcd's data, which is at most 2 GiB, with its snapshots and its log. */
const electionVolume = 8;

function volumeFor(roles: readonly MachineRole[], volumeSize: number): number {
  const members = roles.includes("database") || roles.includes("bucket") ? Math.ceil(volumeSize / 1024) : 0;
  return members + (roles.includes("consensus") ? electionVolume : 0);
}

function numbered(kind: MachineKind, prefix: string, count: number) {
  return Array.from({ length: count }, (_, index) => ({ kind, name: `${prefix}-${index + 1}`, index }));
}
