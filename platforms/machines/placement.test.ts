import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { PlannedService } from "../service.ts";
import { type MachineRole, machineRoles } from "./args.ts";
import { documentationMachines } from "./documentation-machines.ts";
import { homeOf, machineProblems, machinesFor, placementProblems, portsOn, unnamedProblems } from "./placement.ts";

const machine = (name: string, ...roles: MachineRole[]) => ({ name, roles });
const service = (name: string, instances: number, ...ports: number[]): PlannedService => ({
  name,
  instances,
  setting: `${name}.instances`,
  ports: ports.map((port) => ({ port })),
});
const messages = (machines: ReturnType<typeof machine>[], ...services: PlannedService[]) =>
  placementProblems(machines, services).map(({ path, message }) => `${path}: ${message}`);

describe("the machines of a service", () => {
  it.each([
    ["postgres", "database"],
    ["etcd", "consensus"],
    ["haproxy", "balancer"],
    ["pgbouncer-write", "balancer"],
    ["pgbouncer-read", "balancer"],
    ["minio", "bucket"],
  ])("%s runs on those for %s", (name, role) => {
    expect(homeOf(name)).toBe(role);
  });

  it("are taken in the order in which they are declared (the seed's layout)", () => {
    const machines = documentationMachines();
    const names = (name: string) => machinesFor(name, machines).map((one) => one.name);
    expect(names("postgres")).toEqual(["db-1", "db-2", "db-3"]);
    expect(names("etcd")).toEqual(["db-1", "db-2", "db-3"]);
    expect(names("pgbouncer-write")).toEqual(["haproxy-1", "haproxy-2"]);
    expect(names("minio")).toEqual(["haproxy-2"]);
  });

  it("are asked for by name where a service has none", () => {
    expect(() => homeOf("redis")).toThrow("no machine has a role for the service redis");
  });
});

describe("machines that are declared twice", () => {
  it("are named, each with the first", () => {
    const machines = [
      { name: "a", address: "10.0.0.1" },
      { name: "a", address: "10.0.0.2" },
      { name: "c", address: "10.0.0.1" },
    ];
    expect(machineProblems({ machines }).map(({ path, message }) => `${path}: ${message}`)).toEqual([
      "machines[1].name: a is machines[0].name already; each machine needs a name of its own",
      "machines[2].address: 10.0.0.1 is machines[0].address already; each machine needs an address of its own",
    ]);
  });
});

describe("machines of the documentation", () => {
  it("are refused where something shall run, with the way out", () => {
    expect(unnamedProblems({ machines: documentationMachines() })[0]?.message).toMatch(
      /^192\.0\.2\.120, .* which a preview may show and no machine has; name your machines: machines: \[/,
    );
    expect(unnamedProblems({ machines: [{ address: "10.0.0.120" }] })).toEqual([]);
  });
});

describe("a place for every service", () => {
  it("is there in the seed's layout", () => {
    const services = [service("postgres", 3, 5432, 8008), service("etcd", 3, 2379), service("haproxy", 2, 5432, 6432)];
    expect(
      messages(
        documentationMachines().map(({ name, roles }) => machine(name, ...roles)),
        ...services,
      ),
    ).toEqual([]);
  });

  it("is missing with too few machines: how many, which, and the way out", () => {
    const machines = [machine("a", "database"), machine("b", "database")];
    expect(messages(machines, service("postgres", 3), service("etcd", 1))).toEqual([
      "postgres.instances: 3 instances of postgres need 3 machines with the role database, and there are 2 (a, b); " +
        "give the role database to more machines, or use 2",
      "etcd.instances: 1 instance of etcd needs 1 machine with the role consensus, and there is none; give the role consensus to more machines",
    ]);
  });

  it("is missing where two services want one port of a machine, and both are named", () => {
    const machines = [machine("a", "database", "balancer"), machine("b", "balancer")];
    const haproxy: PlannedService = {
      ...service("haproxy", 2),
      ports: [{ port: 5432, setting: "balancer.ports.primary" }, { port: 6432 }],
    };
    expect(messages(machines, service("postgres", 1, 5432), haproxy)).toEqual([
      "balancer.ports.primary: postgres-1 and haproxy-1 both listen on 5432 of the machine a; " +
        "give them different machines by their roles, or change balancer.ports.primary",
    ]);
  });

  it("is missing for an instance that would not find on its machine what it reaches", () => {
    const machines = [machine("a", "balancer"), machine("b", "balancer"), machine("c", "balancer")];
    const pool = { ...service("pgbouncer-write", 3, 6442), reaches: "haproxy" };
    expect(messages(machines, service("haproxy", 2, 6432), pool)).toEqual([
      "pgbouncer-write.instances: pgbouncer-write reaches haproxy on its own machine, and c would have none; " +
        "use at most 2, or raise haproxy.instances, 2, to 3",
    ]);
    expect(messages(machines, service("haproxy", 3, 6432), pool)).toEqual([]);
  });

  it("is said to be missing all at once", () => {
    expect(messages([machine("a", "database")], service("postgres", 2), service("haproxy", 1))).toHaveLength(2);
  });

  it("never holds one port twice, and always has room for every instance, whatever was accepted", () => {
    const names = ["postgres", "etcd", "haproxy", "pgbouncer-write", "pgbouncer-read", "minio"];
    const machines = fc
      .array(fc.uniqueArray(fc.constantFrom(...machineRoles), { minLength: 1 }), { minLength: 1, maxLength: 7 })
      .map((all) => all.map((roles, index) => machine(`m${index}`, ...roles)));
    const services = fc.uniqueArray(
      fc.record({
        name: fc.constantFrom(...names),
        instances: fc.integer({ min: 1, max: 3 }),
        ports: fc.uniqueArray(fc.integer({ min: 1, max: 12 }), { minLength: 1, maxLength: 3 }),
      }),
      { selector: ({ name }) => name, maxLength: 6 },
    );
    let accepted = 0;
    fc.assert(
      fc.property(machines, services, (machines, planned) => {
        const services = planned.map(({ name, instances, ports }) => service(name, instances, ...ports));
        if (placementProblems(machines, services).length > 0) return;
        accepted += 1;
        const published: string[] = [];
        for (const { name, instances, ports } of services) {
          const role = homeOf(name);
          const homes = machines.filter(({ roles }) => roles.includes(role));
          for (let index = 0; index < instances; index += 1) {
            const home = homes[index];
            if (home === undefined) throw new Error(`${name}-${index + 1} has no machine`);
            published.push(...ports.map(({ port }) => `${home.name} ${port}`));
          }
        }
        expect(new Set(published).size).toBe(published.length);
        const said = machines.flatMap((one) =>
          portsOn(one, machines, services).map(({ port }) => `${one.name} ${port}`),
        );
        expect(said.sort()).toEqual(published.sort());
      }),
      { numRuns: 3000 },
    );
    expect(accepted).toBeGreaterThan(300);
  });
});
