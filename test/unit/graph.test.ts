import { beforeAll, describe, expect, it, vi } from "vitest";
import { HaPostgres, type HaPostgresArgs, SessionSettings } from "../../components/index.ts";
import { DockerPlatform } from "../../platforms/docker/index.ts";
import { type Declared, declaredBy, passwordPrefix, transitiveNeeds } from "../support/declared.ts";

// In an update the program waits for servers that are not there.
vi.mock("../../components/reachable/patience.ts", () => ({ untilIt: async () => undefined }));

const local = (settings: HaPostgresArgs = {}) => {
  const platform = new DockerPlatform("test", { name: "test" });
  return new HaPostgres("test", { platform, ...settings });
};

/** The types of everything that holds data, or opens it: docs/decisions/0002-what-destroy-keeps.md. */
const dataTypes = ["Volume", "RandomPassword", "Role", "Database", "Extension", "Grant", "S3Bucket"];

const ofType = (all: readonly Declared[], ...types: string[]) => all.filter(({ type }) => types.includes(type));
const namesOf = (all: readonly Declared[], type: string) =>
  ofType(all, type)
    .map(({ name }) => name)
    .sort();

describe.each([
  ["a preview", true],
  ["an update", false],
])("the local stack in %s", (_, preview) => {
  let all: readonly Declared[];

  beforeAll(async () => {
    all = await declaredBy(() => local(), { preview });
  });

  it("has three of each quorum, two balancers and two of each pool", () => {
    expect(namesOf(all, "Container")).toEqual([
      "test-etcd-1",
      "test-etcd-2",
      "test-etcd-3",
      "test-haproxy-1",
      "test-haproxy-2",
      "test-minio-1",
      "test-pgbouncer-read-1",
      "test-pgbouncer-read-2",
      "test-pgbouncer-write-1",
      "test-pgbouncer-write-2",
      "test-postgres-1",
      "test-postgres-2",
      "test-postgres-3",
    ]);
  });

  it("has a volume for each that holds data, and for nothing else", () => {
    expect(namesOf(all, "Volume")).toEqual([
      "test-etcd-1-data",
      "test-etcd-2-data",
      "test-etcd-3-data",
      "test-minio-1-data",
      "test-postgres-1-data",
      "test-postgres-2-data",
      "test-postgres-3-data",
    ]);
  });

  it("builds each image once", () => {
    expect(namesOf(all, "RemoteImage")).toEqual([
      "test-etcd-image",
      "test-haproxy-image",
      "test-minio-image",
      "test-pgbouncer-image",
      "test-postgres-image",
    ]);
  });

  it("protects everything that holds data, and nothing else", () => {
    for (const type of dataTypes) expect(ofType(all, type), type).not.toEqual([]);
    const protectedOnes = all.filter(({ protect }) => protect).map(({ urn }) => urn);
    expect(protectedOnes.sort()).toEqual(
      ofType(all, ...dataTypes)
        .map(({ urn }) => urn)
        .sort(),
    );
  });

  it("lets nothing that holds data depend on a container, which would then be kept with it", () => {
    for (const resource of ofType(all, ...dataTypes)) {
      const containers = ofType(transitiveNeeds(resource, all), "Container").map(({ name }) => name);
      expect(containers, `what ${resource.type} ${resource.name} depends on`).toEqual([]);
    }
  });

  it("deletes roles, databases and extensions with the first volume, the bucket with its own", () => {
    const volume = (name: string) => all.find((resource) => resource.type === "Volume" && resource.name === name)?.urn;
    for (const { name, deletedWith } of ofType(all, "Role", "Database", "Extension")) {
      expect(deletedWith, name).toBe(volume("test-postgres-1-data"));
    }
    expect(ofType(all, "S3Bucket").map(({ deletedWith }) => deletedWith)).toEqual([volume("test-minio-1-data")]);
  });

  it("starts the members after the etcd that they need", () => {
    const member = all.find(({ name, type }) => type === "Container" && name === "test-postgres-1");
    const before = member === undefined ? [] : transitiveNeeds(member, all);
    expect(namesOf(before, "Container")).toEqual(["test-etcd-1", "test-etcd-2", "test-etcd-3"]);
  });

  it("limits every container, and takes every capability from it", () => {
    for (const { name, inputs } of ofType(all, "Container")) {
      expect(inputs, name).toMatchObject({
        memory: expect.any(Number),
        restart: "unless-stopped",
        user: "999",
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        networkMode: "bridge",
        healthcheck: { tests: ["CMD", "/usr/local/bin/healthy"] },
      });
      expect(inputs.memory, name).toBeGreaterThan(0);
      expect(inputs, name).not.toHaveProperty("privileged");
    }
  });

  it("publishes the balancers and the bucket on loopback addresses, and nothing else", () => {
    const published = ofType(all, "Container").flatMap(({ name, inputs }) =>
      (inputs.ports as { external: number; ip: string }[]).map(({ external, ip }) => `${name} ${ip} ${external}`),
    );
    expect(published.sort()).toEqual([
      "test-haproxy-1 127.0.0.1 5432",
      "test-haproxy-1 127.0.0.1 5433",
      "test-haproxy-1 127.0.0.1 6432",
      "test-haproxy-1 127.0.0.1 6433",
      "test-haproxy-2 ::1 5432",
      "test-haproxy-2 ::1 5433",
      "test-haproxy-2 ::1 6432",
      "test-haproxy-2 ::1 6433",
      "test-minio-1 127.0.0.1 9000",
    ]);
  });

  it("shows no password where anyone who may inspect a container can read it", () => {
    for (const { name, inputs } of ofType(all, "Container")) {
      expect(JSON.stringify(inputs), name).not.toContain(passwordPrefix);
    }
    const files = ofType(all, "InstanceFiles").flatMap(({ name, inputs }) =>
      Object.entries(inputs.files as Record<string, { content: string; secret?: boolean }>).map(([path, file]) => ({
        path: `${path} of ${name}`,
        ...file,
      })),
    );
    expect(files.filter(({ content }) => content.includes(passwordPrefix))).not.toEqual([]);
    for (const { path, content, secret } of files) {
      expect(secret === true, path).toBe(content.includes(passwordPrefix));
    }
  });

  it("changes no container when a setting changes", async () => {
    const changed: HaPostgresArgs = {
      cluster: { parameters: { work_mem: "1MB", max_connections: 300 }, timings: { ttl: 30 } },
      pools: { write: { defaultPoolSize: 20, maxClientConnections: 220 }, read: { serverLifetime: 600 } },
      balancer: { maximumLag: "20MB", maxConnections: 3000 },
      databases: [{ name: "app", extensions: ["vector", "pg_stat_statements", "pg_cron", "postgis"] }],
    };
    const others = await declaredBy(() => local(changed), { preview });
    const containers = (graph: readonly Declared[]) =>
      ofType(graph, "Container", "RemoteImage").map(({ name, inputs }) => ({ name, inputs }));
    expect(containers(others)).toEqual(containers(all));
    expect(ofType(others, "InstanceFiles")).not.toEqual(ofType(all, "InstanceFiles"));
  });

  it("names images by id, so that a rebuilt image replaces its containers", () => {
    for (const { name, inputs } of ofType(all, "Container")) expect(inputs.image, name).toMatch(/^sha256:.*-image$/);
  });
});

describe("two systems in one program", () => {
  it("have no resource in common", async () => {
    const all = await declaredBy(
      () => {
        for (const name of ["one", "two"]) new HaPostgres(name, { platform: new DockerPlatform(name, { name }) });
      },
      { preview: true },
    );
    const urns = all.map(({ urn }) => urn);
    expect(urns.filter((urn, index) => urns.indexOf(urn) !== index)).toEqual([]);
  });
});

describe("another stack", () => {
  it("on raft has no etcd, and its members know each other", async () => {
    const all = await declaredBy(() => local({ consensus: { kind: "raft" } }), { preview: true });
    expect(all.filter(({ name }) => name.includes("etcd"))).toEqual([]);
    const [member] = ofType(all, "Container").filter(({ name }) => name === "test-postgres-1");
    expect(member?.inputs.envs).toContain("PATRONI_RAFT_SELF_ADDR=postgres-1:2222");
    expect(namesOf(all, "Volume").filter((name) => name.includes("postgres"))).toHaveLength(3);
  });

  it("with an S3 that exists has no minio, no bucket of its own, and keeps the secret out of every container", async () => {
    const bucket = { kind: "s3", endpoint: "https://s3.example.com", bucket: "theirs", accessKey: "AK" } as const;
    let endpoint: string | undefined;
    const all = await declaredBy(
      () => {
        endpoint = local({ bucket: { ...bucket, secretKey: "their-secret" } }).s3Endpoint;
      },
      { preview: true },
    );
    expect(all.filter(({ name, type }) => name.includes("minio") || type === "S3Bucket")).toEqual([]);
    expect(endpoint).toBe("https://s3.example.com");
    expect(JSON.stringify(ofType(all, "Container"))).not.toContain("their-secret");
  });

  it("with one of everything still has its protected data", async () => {
    const one = { instances: 1 };
    const settings: HaPostgresArgs = {
      cluster: { members: 1, synchronousMode: "off" },
      consensus: { kind: "etcd", members: 1 },
      balancer: one,
      pools: { write: one, read: one },
    };
    const all = await declaredBy(() => local(settings), { preview: true });
    expect(ofType(all, "Container")).toHaveLength(6);
    expect(ofType(all, ...dataTypes).filter(({ protect }) => !protect)).toEqual([]);
  });

  it("with two owners has a role and a password for each, and each database belongs to its own", async () => {
    const databases = [{ name: "orders" }, { name: "billing", owner: "finance", extensions: ["pgcrypto" as const] }];
    const all = await declaredBy(() => local({ databases }), { preview: true });
    expect(namesOf(all, "Role")).toEqual(["test-databases-finance", "test-databases-orders"]);
    const owners = ofType(all, "Database").map(({ inputs }) => `${inputs.name} ${inputs.owner}`);
    expect(owners.sort()).toEqual(["billing finance", "orders orders"]);
    expect(ofType(all, "Extension").map(({ inputs }) => `${inputs.database} ${inputs.name}`)).toEqual([
      "billing pgcrypto",
    ]);
  });
});

describe.each([
  ["a preview", true],
  ["an update", false],
])("roles and what they may do, in %s", (_, preview) => {
  const databases: HaPostgresArgs["databases"] = [
    {
      name: "orders",
      extensions: ["pg_partman", "pg_cron", "vector"],
      schemas: [{ name: "audit", owner: "auditor" }],
      settings: { lock_timeout: "5s" },
    },
    { name: "billing", extensions: ["pg_cron"] },
  ];
  const roles: HaPostgresArgs["roles"] = [
    { name: "analyst", memberOf: ["readers"] },
    { name: "auditor" },
    { name: "orders", settings: { work_mem: "16MB" } },
    { name: "readers", login: false, access: [{ database: "orders", may: "read" }] },
    { name: "app", settings: { work_mem: "8MB" }, access: [{ database: "billing", may: "write" }] },
  ];
  let all: readonly Declared[];
  let system: HaPostgres | undefined;

  beforeAll(async () => {
    all = await declaredBy(
      () => {
        system = local({ databases, roles, size: "production" });
        // As a table, a view or a migration is: with the database's connection.
        const args = { database: system.database("orders"), of: { role: "orders" }, settings: {} };
        const probe = new SessionSettings("probe", args);
        new SessionSettings("probe-after", args, { dependsOn: probe });
      },
      { preview },
    );
  });
  const named = (type: string, name: string) => {
    const found = all.find((resource) => resource.type === type && resource.name === `test-databases-${name}`);
    if (found === undefined) throw new Error(`no ${type} ${name}`);
    return found;
  };
  const privileges = () => ofType(all, "Grant", "DefaultPrivileges");
  const ofDatabases = () =>
    ofType(all, "Schema", "SessionSettings", "Role", "Database", "Extension").concat(privileges());

  it("are kept with the data, and depend on no container", () => {
    const volume = all.find(({ type, name }) => type === "Volume" && name === "test-postgres-1-data")?.urn;
    for (const resource of ofDatabases()) {
      expect(resource.protect, resource.name).toBe(true);
      expect(resource.deletedWith, resource.name).toBe(volume);
      expect(ofType(transitiveNeeds(resource, all), "Container"), resource.name).toEqual([]);
    }
  });

  it("are no two of one name, where a role is called like its database", () => {
    expect(ofType(all, "SessionSettings").map(({ inputs }) => inputs.of)).toHaveLength(5);
    expect(new Set(all.map(({ urn }) => urn)).size).toBe(all.length);
  });

  it("are granted one after the other in each database: two at once fail", () => {
    const found = privileges();
    expect(found.length).toBeGreaterThan(30);
    for (const database of ["orders", "billing"]) {
      const chain = found.filter(({ inputs }) => inputs.database === database);
      const before = (resource: Declared) => chain.filter(({ urn }) => resource.needs.includes(urn));
      expect(chain.filter((resource) => before(resource).length === 0)).toHaveLength(1);
      // Each is the one before of at most one other: a chain, and no tree.
      const needed = chain.flatMap((resource) => before(resource).map(({ urn }) => urn));
      expect(new Set(needed).size).toBe(chain.length - 1);
      expect(needed).toHaveLength(chain.length - 1);
    }
  });

  it("are granted one object a resource, after the schemas, extensions and settings of their database", () => {
    for (const { inputs } of privileges()) expect(inputs).not.toHaveProperty("objects");
    const first = transitiveNeeds(named("Grant", "orders-public-database"), all).map(({ urn }) => urn);
    const before = [
      ...[
        named("Extension", "orders-pg_partman"),
        named("Extension", "orders-vector"),
        named("Extension", "postgres-pg_cron"),
      ],
      ...[named("Schema", "orders-audit"), named("Schema", "orders-partman")],
      named("SessionSettings", "orders-database-settings"),
    ];
    for (const { urn, name } of before) expect(first, name).toContain(urn);
  });

  it("come before what is made in the database, whose name a preview knows all the same", () => {
    const needs = ["probe", "probe-after"].map((name) => {
      const probe = all.find((resource) => resource.type === "SessionSettings" && resource.name === name);
      expect(probe?.inputs).toMatchObject({ database: { database: "orders" } });
      return (probe?.needs ?? []).map((urn) => urn.split("::").at(-1));
    });
    expect(needs[0]).toContain("test-databases-orders-app-audit-sequence");
    expect(needs[1]).toEqual(expect.arrayContaining(["test-databases-orders-app-audit-sequence", "probe"]));
  });

  it("make a role after those that it is a member of, and after nobody else", () => {
    const roles = transitiveNeeds(named("Role", "analyst"), all).filter(({ type }) => type === "Role");
    expect(roles.map(({ name }) => name)).toEqual(["test-databases-readers"]);
    expect(named("Role", "analyst").inputs.roles).toEqual(["readers"]);
    expect(named("Role", "readers").inputs).not.toHaveProperty("password");
  });

  it("make pg_cron once, in the database that the servers have it in, and pg_partman in its schema", () => {
    const places = ofType(all, "Extension").map(
      ({ inputs }) => `${inputs.database} ${inputs.name} ${inputs.schema ?? ""}`,
    );
    expect(places.sort()).toEqual(["orders pg_partman partman", "orders vector ", "postgres pg_cron "]);
    expect(named("Schema", "orders-partman").inputs).toMatchObject({ owner: "postgres" });
    expect(named("Schema", "orders-audit").inputs).toMatchObject({ owner: "auditor" });
  });

  it("are in the credentials where they log in", async () => {
    const known = await new Promise<object>((resolve) => system?.credentials.apply(resolve));
    expect(Object.keys(known).sort()).toEqual([
      ...["analyst", "app", "auditor", "billing", "orders", "s3", "superuser"],
    ]);
  });
});

describe("the outputs", () => {
  it("have stable names, and those with a password are secret", async () => {
    let system: HaPostgres | undefined;
    await declaredBy(
      () => {
        system = local();
      },
      { preview: true },
    );
    if (system === undefined) throw new Error("no system");
    expect(system.members).toEqual(["postgres-1", "postgres-2", "postgres-3"]);
    expect(system.s3Endpoint).toBe("http://localhost:9000");
    const { writeUrl, readUrl, primaryUrl, replicaUrl, credentials } = system;
    for (const output of [writeUrl, readUrl, primaryUrl, replicaUrl, credentials]) {
      expect(await (output as unknown as { isSecret: Promise<boolean> }).isSecret).toBe(true);
    }
  });
});
