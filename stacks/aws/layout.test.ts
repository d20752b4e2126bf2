import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placementProblems } from "../../platforms/machines/placement.ts";
import type { PlannedService } from "../../platforms/service.ts";
import { isIn } from "./addresses.ts";
import { frontAddress, plannedMachines, privateSubnet, publicSubnet } from "./layout.ts";

const settings = {
  cidr: "10.0.0.0/16",
  zones: ["a", "b", "c"],
  instanceTypes: { database: "m7i.xlarge", balancer: "t3.small" },
};
const services = (counts: Readonly<Record<string, number>>): PlannedService[] =>
  Object.entries(counts).map(([name, instances], index) => ({
    name,
    instances,
    setting: name,
    ports: [{ port: 1000 + index }],
  }));
const planned = (counts: Readonly<Record<string, number>>, zones = settings.zones) =>
  plannedMachines({ ...settings, zones }, services(counts), 200 * 1024);
const shown = (counts: Readonly<Record<string, number>>) =>
  planned(counts).map(({ name, zone, address, roles, dataVolume }) =>
    [name, settings.zones[zone], address, roles.join("+"), dataVolume ?? "-"].join(" "),
  );

describe("machines on EC2", () => {
  it("are one for each member and each balancer, in different zones, with fixed addresses", () => {
    expect(shown({ etcd: 3, postgres: 3, haproxy: 2, "pgbouncer-write": 2 })).toEqual([
      "db-1 a 10.0.0.10 database+consensus 208",
      "db-2 b 10.0.16.10 database+consensus 208",
      "db-3 c 10.0.32.10 database+consensus 208",
      "balancer-1 c 10.0.32.30 balancer -",
      "balancer-2 b 10.0.16.30 balancer -",
    ]);
  });

  it("lend balancers to the consensus where there are few members, and add machines where there are few of both", () => {
    expect(shown({ etcd: 3, postgres: 1, haproxy: 2 })).toEqual([
      "db-1 a 10.0.0.10 database+consensus 208",
      "balancer-1 c 10.0.32.30 balancer+consensus 8",
      "balancer-2 b 10.0.16.30 balancer+consensus 8",
    ]);
    expect(shown({ etcd: 5, postgres: 1, haproxy: 1 }).slice(2)).toEqual([
      "consensus-1 a 10.0.0.50 consensus 8",
      "consensus-2 b 10.0.16.50 consensus 8",
      "consensus-3 c 10.0.32.50 consensus 8",
    ]);
  });

  it("hold a MinIO on the last balancer, where one is asked for", () => {
    expect(shown({ postgres: 1, haproxy: 2, minio: 1 })).toEqual([
      "db-1 a 10.0.0.10 database 200",
      "balancer-1 c 10.0.32.30 balancer -",
      "balancer-2 b 10.0.16.30 balancer+bucket 200",
    ]);
  });

  it("stay where they are when others are added", () => {
    const before = planned({ etcd: 3, postgres: 3, haproxy: 2 });
    const after = planned({ etcd: 5, postgres: 5, haproxy: 3 });
    for (const { name, zone, address } of before) {
      expect(after.find((machine) => machine.name === name)).toMatchObject({ zone, address });
    }
  });
});

const anyCounts = fc.record({
  postgres: fc.integer({ min: 1, max: 9 }),
  etcd: fc.constantFrom(1, 3, 5, 7),
  haproxy: fc.integer({ min: 1, max: 16 }),
});
const anyZones = fc.integer({ min: 3, max: 6 }).map((count) => ["a", "b", "c", "d", "e", "f"].slice(0, count));

it("whatever is asked for, every service has its machines, and every machine an address of its own in its zone", () => {
  fc.assert(
    fc.property(anyCounts, anyZones, fc.constantFrom("10.0.0.0/16", "192.168.4.0/22"), (counts, zones, cidr) => {
      const machines = plannedMachines({ ...settings, cidr, zones }, services(counts), 10240);
      expect(placementProblems(machines, services(counts))).toEqual([]);
      const addresses = [
        ...machines.map(({ address }) => address),
        ...zones.map((_, zone) => frontAddress({ cidr }, zone)),
      ];
      expect(new Set(addresses).size).toBe(addresses.length);
      for (const { zone, address } of machines) expect(isIn(privateSubnet({ cidr }, zone), address)).toBe(true);
      const subnets = [...zones.map((_, zone) => privateSubnet({ cidr }, zone)), publicSubnet({ cidr }, 0)];
      expect(new Set(subnets).size).toBe(subnets.length);
    }),
  );
});

it("the loss of a zone leaves a majority of three or more, but with the zone of an only server", () => {
  const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
  const lost = range(1, 9).flatMap((postgres) =>
    [3, 5, 7].flatMap((etcd) =>
      range(1, 16).flatMap((haproxy) =>
        range(3, 6).flatMap((count) => {
          const zones = ["a", "b", "c", "d", "e", "f"].slice(0, count);
          const electors = planned({ etcd, postgres, haproxy }, zones).filter(({ roles }) =>
            roles.includes("consensus"),
          );
          expect(electors).toHaveLength(etcd);
          const left = zones.map((_, lost) => electors.filter(({ zone }) => zone !== lost).length);
          if (postgres === 1) left.shift();
          return Math.min(...left) > etcd / 2 ? [] : [{ postgres, etcd, haproxy, count }];
        }),
      ),
    ),
  );
  expect(lost).toEqual([]);
});
