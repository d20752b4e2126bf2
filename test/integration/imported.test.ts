import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { exampleFolder, exampleNames } from "../../toolchain/cli/examples.ts";
import { root, run } from "../support/command.ts";
import { leftovers } from "../support/docker.ts";
import { buildPackage, ForeignProgram, type PlannedStep } from "../support/foreign-program.ts";
import { shellEnvironment } from "../support/pulumi.ts";

/** What `npm run build` makes, in a program that is not ours. Previews only: nothing is started. */
let program: ForeignProgram;

beforeAll(async () => {
  await buildPackage();
  program = await ForeignProgram.create(await shellEnvironment(inject("stack")));
});

afterAll(() => program?.remove());

const count = (steps: readonly PlannedStep[], type: string) =>
  steps.filter(({ op, newState }) => op === "create" && newState.type.endsWith(`:${type}`)).length;

describe("another program", () => {
  it("makes a whole system with five lines of its own", async () => {
    const steps = await program.planned(`
      import { DockerPlatform, HaPostgres } from "pulumi-postgres-ha";

      const platform = new DockerPlatform("orders", { name: "foreign-orders" });
      const postgres = new HaPostgres("orders", { platform, databases: [{ name: "orders", extensions: ["vector"] }] });
      export const { writeUrl, readUrl } = postgres;
    `);
    expect(count(steps, "Container")).toBe(13);
    expect(count(steps, "RemoteImage")).toBe(5);
    expect(count(steps, "Database")).toBe(1);
    expect(count(steps, "Extension")).toBe(1);
    const volumes = steps.filter(({ newState }) => newState.type.endsWith(":Volume"));
    expect(volumes.map(({ newState }) => newState.protect)).toEqual(volumes.map(() => true));
    expect(await leftovers("foreign-orders")).toEqual([]);
  });

  it("places the same system on Kubernetes", async () => {
    const steps = await program.planned(`
      import { HaPostgres } from "pulumi-postgres-ha";
      import { KubernetesPlatform } from "pulumi-postgres-ha/kubernetes";

      const platform = new KubernetesPlatform("orders", { namespace: "orders", clientNamespaces: ["shop"] });
      export const { s3Endpoint } = new HaPostgres("orders", { platform, consensus: { kind: "kubernetes" } });
    `);
    expect(count(steps, "StatefulSet")).toBe(5);
    expect(count(steps, "PersistentVolumeClaim")).toBe(4);
    expect(count(steps, "Container")).toBe(0);
  });

  it("uses a cluster alone, on a store that is there already", async () => {
    const steps = await program.planned(`
      import { DockerPlatform, PatroniCluster } from "pulumi-postgres-ha";

      const platform = new DockerPlatform("alone", { name: "foreign-alone" });
      const store = { kind: "etcd", endpoints: ["etcd.example.com:2379"] };
      export const { members } = new PatroniCluster("alone", { platform, scope: "alone", store, cluster: { members: 2 } });
    `);
    expect(count(steps, "Container")).toBe(2);
    expect(count(steps, "Volume")).toBe(2);
    expect(count(steps, "Database")).toBe(0);
  });

  it("uses a pool alone, in front of a server of its own", async () => {
    const steps = await program.planned(`
      import * as pulumi from "@pulumi/pulumi";
      import { DockerPlatform, Pool } from "pulumi-postgres-ha";

      const platform = new DockerPlatform("pool", { name: "foreign-pool" });
      const target = { host: "db.example.com", port: 5432 };
      const lookup = { user: "pooler", password: pulumi.secret("not a real one") };
      new Pool("pool", { platform, purpose: "write", target, lookup, admin: "postgres", pool: { instances: 1 } });
    `);
    expect(count(steps, "Container")).toBe(1);
    expect(count(steps, "Volume")).toBe(0);
  });

  it("is told what is wrong in its arguments, all at once, without a stack of frames", async () => {
    await program.write(`
      import { DockerPlatform, HaPostgres } from "pulumi-postgres-ha";
      const platform = new DockerPlatform("wrong", { name: "foreign-wrong" });
      new HaPostgres("wrong", { platform, pols: {}, consensus: { kind: "etcd", members: 4 } });
    `);
    const { code, stdout } = await program.pulumi("preview", "-s", "test");
    expect(code).not.toBe(0);
    expect(stdout).toContain("HaPostgres wrong: 2 problems");
    expect(stdout).toContain('unknown key "pols"; did you mean "pools"?');
    expect(stdout).toContain("an even number of consensus members, 4");
    expect(stdout).not.toMatch(/^\s+at .*\.js:\d+/m);
  });
});

describe("an example", () => {
  let copied: ForeignProgram;
  beforeAll(async () => {
    copied = await ForeignProgram.create(await shellEnvironment(inject("stack")));
  });
  afterAll(() => copied?.remove());

  it.each(exampleNames())("is a program of one's own when it is copied: %s", async (name) => {
    await copied.copy(exampleFolder(name));
    expect(count(await copied.planned(), "PatroniConfiguration")).toBe(1);
  });
});

describe("the package", () => {
  it("brings its policies, which judge another program", async () => {
    await program.write(`
      import { DockerPlatform, HaPostgres } from "pulumi-postgres-ha";
      const platform = new DockerPlatform("open", { name: "foreign-open", addresses: ["0.0.0.0"] });
      new HaPostgres("open", { platform });
    `);
    const pack = "node_modules/pulumi-postgres-ha/dist/policies";
    const { code, stdout } = await program.pulumi("preview", "-s", "test", "--policy-pack", pack);
    expect(code).not.toBe(0);
    expect(stdout).toMatch(/\[mandatory\] +closed-ports/);
    expect(stdout.match(/\[(mandatory|advisory)\]/g)).toHaveLength(1);
  });

  it("has types for those who import it", async () => {
    const { types } = JSON.parse(await readFile(join(root, "package.json"), "utf8")).exports["."] as { types: string };
    const text = await readFile(join(root, types), "utf8");
    expect(text).toContain("components/index");
  });

  it("is packed without tests, tools and stacks", async () => {
    const { stdout } = await run("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"]);
    const [{ files }] = JSON.parse(stdout) as [{ files: { path: string }[] }];
    const paths = files.map(({ path }) => path);
    expect(paths).toContain("dist/index.js");
    expect(paths).toContain("dist/images/postgres/Dockerfile");
    expect(paths).toContain("dist/images/pins.json");
    const strangers = paths.filter((path) => !/^(dist\/|README\.md$|LICENSE$|package\.json$)/.test(path));
    expect(strangers).toEqual([]);
    expect(paths.filter((path) => /\.test\.|^dist\/(toolchain|stacks|test|bench)\//.test(path))).toEqual([]);
  });
});
