import { randomBytes } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { crash, docker } from "../support/docker.ts";
import { clusterOf, leaderOf } from "../support/patroni.ts";
import { eventually, query } from "../support/sql.ts";
import { type Outputs, TestStack } from "../support/stack.ts";

/** The cluster of row K1: Patroni's state in the members themselves, a superuser and an owner with names of their own. */
const stack = new TestStack(`raft${randomBytes(2).toString("hex")}`);
let outputs: Outputs;

beforeAll(async () => {
  await stack.configure({
    docker: { portOffset: 23300 },
    consensus: { kind: "raft" },
    cluster: { superuser: "kb_admin" },
    databases: [{ name: "keybuzz", owner: "kb_app", extensions: ["vector"] }],
  });
  await stack.up();
  outputs = await stack.outputs();
});

afterAll(() => stack.remove());

describe("a cluster on Raft", () => {
  it("has no etcd", async () => {
    const containers = await docker.listContainers({
      filters: { label: [`pulumi-postgres-ha.stack=${stack.prefix}`] },
    });
    expect(containers.filter(({ Names }) => Names.some((name) => name.includes("etcd")))).toEqual([]);
  });

  it("writes through its pool as the owner that was declared", async () => {
    expect(outputs.credentials).toMatchObject({ superuser: { user: "kb_admin" }, kb_app: { user: "kb_app" } });
    await query(outputs.writeUrl, "CREATE TABLE kept (id int)");
    await query(outputs.writeUrl, "INSERT INTO kept VALUES (1)");
    expect(await query(outputs.writeUrl, "SELECT current_user AS owner")).toEqual([{ owner: "kb_app" }]);
  });

  it("elects another leader when its leader dies, and keeps what was acknowledged", async () => {
    const before = leaderOf(await clusterOf(stack, "postgres-1"));
    await crash(stack.container(before.name));
    await eventually(() => query(outputs.writeUrl, "INSERT INTO kept VALUES (2)"), 60);
    expect(await query(outputs.writeUrl, "SELECT DISTINCT id FROM kept ORDER BY id")).toEqual([{ id: 1 }, { id: 2 }]);
  });
});
