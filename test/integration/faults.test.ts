import { beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { crash, docker } from "../support/docker.ts";
import { clusterOf, leaderOf } from "../support/patroni.ts";
import { eventually, query } from "../support/sql.ts";
import { type Outputs, TestStack } from "../support/stack.ts";

const stack = new TestStack(inject("stack"));
let outputs: Outputs;

beforeAll(async () => {
  outputs = await stack.outputs();
  await query(outputs.writeUrl, "CREATE TABLE IF NOT EXISTS acknowledged (id bigserial PRIMARY KEY, note text)");
});

/** Every story starts from a whole stack. */
beforeEach(async () => {
  await eventually(async () => {
    const members = await clusterOf(stack, "postgres-1");
    expect(members.filter(({ state }) => state === "running" || state === "streaming")).toHaveLength(3);
    const containers = await docker.listContainers({
      filters: { label: [`pulumi-postgres-ha.stack=${stack.prefix}`] },
    });
    expect(containers.filter(({ Status }) => Status.includes("(healthy)"))).toHaveLength(13);
  }, 90);
});

/** Writes through the pool until told to stop; returns the ids that were acknowledged. */
function writer() {
  const acknowledged: string[] = [];
  let failures = 0;
  let running = true;
  const done = (async () => {
    while (running) {
      try {
        const [row] = await query<{ id: string }>(
          outputs.writeUrl,
          "INSERT INTO acknowledged (note) VALUES ('x') RETURNING id",
        );
        if (row) acknowledged.push(row.id);
      } catch {
        failures++;
      }
    }
  })();
  return {
    acknowledged,
    failures: () => failures,
    stop: async () => {
      running = false;
      await done;
    },
  };
}

async function missing(ids: readonly string[]): Promise<string[]> {
  const found = await query<{ id: string }>(
    outputs.writeUrl,
    "SELECT id FROM acknowledged WHERE id = ANY($1::bigint[])",
    [ids],
  );
  const present = new Set(found.map(({ id }) => id));
  return ids.filter((id) => !present.has(id));
}

describe("one of each dies, and the path still works", () => {
  it.each(["haproxy-1", "haproxy-2", "pgbouncer-write-1", "pgbouncer-read-2", "etcd-1", "minio-1"])(
    "%s",
    async (victim) => {
      await crash(stack.container(victim));
      // The two balancers are two addresses of one name. A login in the very moment may fail, because the pooler's own connection went through the dead one.
      const survivor = { "haproxy-1": "[::1]", "haproxy-2": "127.0.0.1" }[victim];
      if (survivor !== undefined) {
        const through = (url: string) => url.replace("localhost", survivor);
        await eventually(() => query(through(outputs.writeUrl), "INSERT INTO acknowledged (note) VALUES ('other')"), 5);
        await eventually(() => query(through(outputs.readUrl), "SELECT 1"), 5);
      }
      await eventually(
        () => query(outputs.writeUrl, "INSERT INTO acknowledged (note) VALUES ('after') RETURNING id"),
        5,
      );
      await eventually(() => query(outputs.readUrl, "SELECT 1"), 5);
    },
  );

  it("the leader: the pool writes again, and no acknowledged row is missing", async () => {
    const before = leaderOf(await clusterOf(stack, "postgres-1"));
    const load = writer();
    await eventually(async () => expect(load.acknowledged.length).toBeGreaterThan(20), 20);
    await crash(stack.container(before.name));
    const atCrash = load.acknowledged.length;
    await eventually(async () => expect(load.acknowledged.length).toBeGreaterThan(atCrash + 20), 60);
    await load.stop();
    expect(await missing(load.acknowledged)).toEqual([]);
  });
});

describe("a container removed by hand", () => {
  it("is shown by refresh and comes back with up, its data in place", async () => {
    const members = await clusterOf(stack, "postgres-1");
    const replica = members.find(({ role }) => role !== "leader")?.name ?? "";
    await docker.getContainer(stack.container(replica)).remove({ force: true });
    const refreshed = await stack.mustRun("refresh");
    expect(Object.keys(refreshed.changes)).toContain("delete");
    const repaired = await stack.up();
    // The container, and the files in it.
    expect(repaired.changes).toMatchObject({ create: 2 });
    await eventually(async () => {
      const found = await clusterOf(stack, "postgres-1");
      expect(found.find(({ name }) => name === replica)?.state).toBe("streaming");
    }, 60);
  });
});
