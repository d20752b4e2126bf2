import { beforeAll, describe, expect, it, vi } from "vitest";
import type { InvalidArguments } from "../../components/arguments.ts";
import { plannedServices } from "../../components/ha-postgres/planned-services.ts";
import type { HaPostgres } from "../../components/index.ts";
import { portsOn } from "../../platforms/machines/placement.ts";
import { parseStackSettings, type VmsSettings } from "../../stacks/schema.ts";
import { vms } from "../../stacks/vms.ts";
import { type Declared, declaredBy } from "../support/declared.ts";

// In an update the program waits for servers that are not there.
vi.mock("../../components/reachable/patience.ts", () => ({ untilIt: async () => undefined }));

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** The seed's layout, at the seed's addresses. */
const seed = [
  { name: "db-master-01", address: "10.0.0.120", roles: ["database", "consensus"] },
  { name: "db-slave-01", address: "10.0.0.121", roles: ["database", "consensus"] },
  { name: "db-slave-02", address: "10.0.0.122", roles: ["database", "consensus"] },
  { name: "haproxy-01", address: "10.0.0.11", roles: ["balancer"] },
  { name: "haproxy-02", address: "10.0.0.12", roles: ["balancer", "bucket"], exposeOn: "203.0.113.12" },
];

const settings = (values: object = {}) =>
  parseStackSettings("vms", { vms: { machines: seed }, ...values }) as VmsSettings;
const ofType = (all: readonly Declared[], type: string) => all.filter((resource) => resource.type === type);

async function declared(values?: object, preview = true): Promise<{ all: readonly Declared[]; system: HaPostgres }> {
  const given: { system?: HaPostgres } = {};
  const all = await declaredBy(
    () => {
      given.system = vms(settings(values));
    },
    { preview },
  );
  if (given.system === undefined) throw new Error("no system");
  return { all, system: given.system };
}

interface Port {
  readonly internal: number;
  readonly external: number;
  readonly ip: string;
}
const portsOf = ({ inputs }: Declared) => inputs.ports as readonly Port[];
const envsOf = ({ inputs }: Declared) => inputs.envs as readonly string[];

describe.each([
  ["a preview", true],
  ["an update", false],
])("the system on the seed's machines (K1, K2, K3) in %s", (_, preview) => {
  let all: readonly Declared[];
  let system: HaPostgres;

  beforeAll(async () => {
    ({ all, system } = await declared({}, preview));
  });

  const container = (name: string) => {
    const found = ofType(all, "Container").find((one) => one.name === `pgha-vms-${name}`);
    if (found === undefined) throw new Error(`no container ${name}`);
    return found;
  };
  /** The machine whose engine a resource is made on. */
  const machineOf = (resource: Declared) => {
    const [provider = ""] = resource.needs.filter((urn) => urn.includes("pulumi:providers:docker"));
    return provider.split("::pgha-vms-").at(-1);
  };

  it("has every instance on its machine", () => {
    const places = ofType(all, "Container").map((one) => `${one.name.replace("pgha-vms-", "")} ${machineOf(one)}`);
    expect(places.sort()).toEqual([
      "etcd-1 db-master-01",
      "etcd-2 db-slave-01",
      "etcd-3 db-slave-02",
      "haproxy-1 haproxy-01",
      "haproxy-2 haproxy-02",
      "minio-1 haproxy-02",
      "pgbouncer-read-1 haproxy-01",
      "pgbouncer-read-2 haproxy-02",
      "pgbouncer-write-1 haproxy-01",
      "pgbouncer-write-2 haproxy-02",
      "postgres-1 db-master-01",
      "postgres-2 db-slave-01",
      "postgres-3 db-slave-02",
    ]);
  });

  it("makes everything that a container uses on the same machine", () => {
    for (const one of ofType(all, "Container")) {
      const used = all.filter(
        ({ urn, type }) => one.needs.includes(urn) && /^(Volume|Network|RemoteImage)$/.test(type),
      );
      expect(
        used.map(({ type }) => type),
        one.name,
      ).toEqual(expect.arrayContaining(["Network", "RemoteImage"]));
      for (const other of used) expect(machineOf(other), `${other.name} of ${one.name}`).toBe(machineOf(one));
    }
  });

  it("reaches each machine over ssh", () => {
    const hosts = ofType(all, "docker").map(({ inputs }) => inputs.host);
    expect(hosts.sort()).toEqual(seed.map(({ address }) => `ssh://root@${address}:22`).sort());
    for (const { inputs } of ofType(all, "docker")) {
      expect(JSON.stringify(inputs.sshOpts)).toContain("StrictHostKeyChecking=yes");
    }
  });

  it("keeps its data on protected volumes, and on nothing else of a machine", () => {
    const volumes = ofType(all, "Volume");
    expect(volumes).toHaveLength(7);
    expect(volumes.filter(({ protect }) => !protect)).toEqual([]);
    expect(ofType(all, "Container").filter(({ protect }) => protect)).toEqual([]);
  });

  it("publishes on addresses of the machine, never on all, and no port twice on a machine", () => {
    const own = new Map(seed.map(({ name, address, exposeOn }) => [name, [address, exposeOn]]));
    const taken = new Set<string>();
    for (const one of ofType(all, "Container")) {
      expect(one.inputs.networkMode, one.name).toBe("bridge");
      expect(portsOf(one).length, one.name).toBeGreaterThan(0);
      for (const { internal, external, ip } of portsOf(one)) {
        expect(external, one.name).toBe(internal);
        expect(own.get(machineOf(one) ?? ""), one.name).toContain(ip);
        expect(taken.has(`${ip} ${external}`), `${ip} ${external}`).toBe(false);
        taken.add(`${ip} ${external}`);
      }
    }
  });

  it("exposes clients' ports on the address that was chosen for them, and no other port", () => {
    const outside = ofType(all, "Container").flatMap((one) =>
      portsOf(one)
        .filter(({ ip }) => ip === "203.0.113.12")
        .map(({ external }) => `${one.name} ${external}`),
    );
    expect(outside.sort()).toEqual([
      "pgha-vms-haproxy-2 5432",
      "pgha-vms-haproxy-2 5433",
      "pgha-vms-haproxy-2 6432",
      "pgha-vms-haproxy-2 6433",
      "pgha-vms-minio-1 9000",
    ]);
  });

  it("names machines by their addresses wherever one part names another", () => {
    expect(envsOf(container("etcd-1"))).toContain(
      "ETCD_INITIAL_CLUSTER=etcd-1=http://10.0.0.120:2380,etcd-2=http://10.0.0.121:2380,etcd-3=http://10.0.0.122:2380",
    );
    expect(envsOf(container("postgres-2"))).toContain("PATRONI_POSTGRESQL_CONNECT_ADDRESS=10.0.0.121:5432");
    const text = JSON.stringify(ofType(all, "InstanceFiles").map(({ inputs }) => inputs.files));
    for (const server of [
      "postgres-3 10.0.0.122:5432",
      "pgbouncer-write-2 10.0.0.12:6442",
      "pgbouncer-read-1 10.0.0.11:6443",
    ]) {
      expect(text).toContain(`server ${server}`);
    }
    expect(text).toContain("10.0.0.120:2379");
  });

  it("lets a pool find the HAProxy of its own machine, under a name of that machine's network", () => {
    const text = JSON.stringify(ofType(all, "InstanceFiles").map(({ inputs }) => inputs.files));
    expect(text).toContain("* = host=haproxy port=5432");
    for (const index of [1, 2]) {
      const [balancer] = container(`haproxy-${index}`).inputs.networksAdvanced as { name: string; aliases: string[] }[];
      expect(balancer?.aliases).toContain("haproxy");
      expect(container(`pgbouncer-write-${index}`).inputs.networksAdvanced).toMatchObject([{ name: balancer?.name }]);
    }
  });

  it("is what its settings foretold: the ports of each machine", () => {
    const parsed = settings();
    for (const machine of parsed.vms.machines) {
      const foretold = portsOn(machine, parsed.vms.machines, plannedServices(parsed)).map(
        ({ instance, port }) => `${instance} ${port}`,
      );
      const placed = ofType(all, "Container")
        .filter((one) => machineOf(one) === machine.name)
        .flatMap((one) =>
          portsOf(one)
            .filter(({ ip }) => ip === machine.address)
            .map(({ external }) => `${one.name.replace("pgha-vms-", "")} ${external}`),
        );
      expect(placed.sort()).toEqual(foretold.sort());
    }
  });

  it("sends clients to the first balancer, and to the MinIO's own machine", () => {
    expect(system.s3Endpoint).toBe("http://203.0.113.12:9000");
    const hosts = ofType(all, "postgresql").map(({ inputs }) => inputs.host);
    expect(hosts).toEqual(["10.0.0.11"]);
  });
});

describe("other machines", () => {
  it("may hide behind an address that moves between the balancers", async () => {
    const { all, system } = await declared({ vms: { machines: seed, virtualAddress: "10.0.0.10" } }, false);
    expect(ofType(all, "postgresql").map(({ inputs }) => inputs.host)).toEqual(["10.0.0.10"]);
    const publishers = ofType(all, "Container").filter((one) => portsOf(one).some(({ ip }) => ip === "10.0.0.10"));
    expect(publishers.map(({ name }) => name).sort()).toEqual(["pgha-vms-haproxy-1", "pgha-vms-haproxy-2"]);
    expect(system.s3Endpoint).toBe("http://203.0.113.12:9000");
  });

  it("may keep the consensus in the servers themselves, as the seed does", async () => {
    const { all } = await declared({ consensus: { kind: "raft" } });
    expect(ofType(all, "Container").filter(({ name }) => name.includes("etcd"))).toEqual([]);
    const [member] = ofType(all, "Container").filter(({ name }) => name === "pgha-vms-postgres-1");
    expect(member === undefined ? [] : envsOf(member)).toContain("PATRONI_RAFT_SELF_ADDR=10.0.0.120:2222");
  });

  it("of the documentation are shown in a preview, and refused by everything else before it begins", async () => {
    const previewed = await declared({ vms: {} });
    expect(ofType(previewed.all, "Container")).toHaveLength(13);
    await expect(declared({ vms: {} }, false)).rejects.toThrow(/machines: 192\.0\.2\.120.*name your machines/);
  });

  it("without room for the services are refused before anything is declared, all at once", () => {
    const machines = seed.map((machine) => ({ ...machine, roles: ["database", "balancer", "bucket"] })).slice(0, 2);
    const problems = (() => {
      try {
        settings({ vms: { machines } });
      } catch (error) {
        return (error as InvalidArguments).problems.map(({ message }) => message).join("\n");
      }
      return "";
    })();
    expect(problems).toContain("3 instances of postgres need 3 machines with the role database");
    expect(problems).toContain("3 instances of etcd need 3 machines with the role consensus, and there is none");
    expect(problems).toContain("postgres-1 and haproxy-1 both listen on 5432 of the machine db-master-01");
  });
});
