import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { poolerPorts } from "../../components/pools/index.ts";
import { crash, docker, mustExecute } from "../support/docker.ts";
import { clusterOf, leaderOf } from "../support/patroni.ts";
import { eventually, query } from "../support/sql.ts";
import { type Outputs, TestStack } from "../support/stack.ts";

const stack = new TestStack(inject("stack"));
const balancers = ["haproxy-1", "haproxy-2"];
let outputs: Outputs;

beforeAll(async () => {
  outputs = await stack.outputs();
});

/** One balancer's own address: the name leads to either. */
const through = (url: string) => url.replace("localhost", "127.0.0.1");

const console = (balancer: string, command: string) =>
  mustExecute(stack.container(balancer), [
    "bash",
    "-c",
    `echo '${command}' | socat - UNIX-CONNECT:/run/haproxy/admin.sock`,
  ]);

/** Asks the server behind a port who it is, again and again while something goes on. */
async function answersDuring(url: string, act: () => Promise<unknown>): Promise<{ primary: number; standby: number }> {
  const found = { primary: 0, standby: 0 };
  let going = true;
  const asking = (async () => {
    while (going) {
      const [row] = await query<{ standby: boolean }>(url, "SELECT pg_is_in_recovery() AS standby").catch(() => []);
      if (row) found[row.standby ? "standby" : "primary"]++;
    }
  })();
  await act();
  going = false;
  await asking;
  return found;
}

describe("the way to the primary", () => {
  it("never leads to a standby while a balancer reads its configuration again", async () => {
    const { primary, standby } = await answersDuring(through(outputs.primaryUrl), async () => {
      for (let round = 0; round < 5; round++) {
        await mustExecute(stack.container("haproxy-1"), ["/usr/local/bin/reload"]);
        await sleep(600);
      }
    });
    expect(standby).toBe(0);
    expect(primary).toBeGreaterThan(20);
  });

  it("nor while a balancer that died starts again", async () => {
    const url = through(outputs.primaryUrl);
    const { standby } = await answersDuring(url, async () => {
      await crash(stack.container("haproxy-1"));
      await eventually(() => query(url, "SELECT 1"), 20);
      await sleep(2000);
    });
    expect(standby).toBe(0);
  });
});

describe("a primary that is gone", () => {
  it("ends the sessions that wait for it, when it is frozen", async () => {
    const frozen = docker.getContainer(stack.container(leaderOf(await clusterOf(stack, "postgres-1")).name));
    const session = new pg.Client({ connectionString: through(outputs.primaryUrl) });
    session.on("error", () => undefined);
    await session.connect();
    await frozen.pause();
    try {
      const asked = session.query("SELECT 1").then(
        () => "answered",
        (error: Error) => error.message,
      );
      expect(await Promise.race([asked, sleep(15_000, "still waits")])).toMatch(/terminated/);
    } finally {
      await frozen.unpause();
    }
    await whole();
  });

  it("keeps nobody waiting who connects in the moment that it dies", async () => {
    const { name } = leaderOf(await clusterOf(stack, "postgres-1"));
    const url = through(outputs.primaryUrl);
    let going = true;
    // Each attempt gives up after 5 s, which none must need.
    const waits: number[] = [];
    const connecting = Array.from({ length: 4 }, async () => {
      while (going) {
        const began = Date.now();
        await query(url, "SELECT 1").catch(() => undefined);
        waits.push(Date.now() - began);
      }
    });
    await sleep(300);
    await crash(stack.container(name));
    await sleep(6000);
    going = false;
    await Promise.all(connecting);
    expect(Math.max(...waits)).toBeLessThan(4500);
    await whole();
    const sessions = await console("haproxy-1", "show sess");
    expect(sessions.split("\n").filter((line) => line.includes("scb=[10,"))).toEqual([]);
  });
});

/** Every story starts from a whole cluster. */
async function whole(): Promise<void> {
  await eventually(async () => {
    const members = await clusterOf(stack, "postgres-1");
    expect(members.filter(({ state }) => state === "running" || state === "streaming")).toHaveLength(3);
    leaderOf(members);
  }, 60);
}

describe("the way to the replicas", () => {
  it("leads to the primary while no replica is fit, and away from it afterwards, also for the pool", async () => {
    const members = ["postgres-1", "postgres-2", "postgres-3"];
    const all = (state: string) =>
      Promise.all(
        balancers.map((balancer) =>
          console(balancer, members.map((member) => `set server replicas/${member} state ${state}`).join("; ")),
        ),
      );
    const asked = async (url: string) =>
      (await query<{ standby: boolean }>(url, "SELECT pg_is_in_recovery() AS standby"))[0]?.standby;
    await all("maint");
    try {
      expect(await asked(outputs.replicaUrl)).toBe(false);
      // What the pool had open led to replicas that are there all the same.
      for (const pooler of ["pgbouncer-read-1", "pgbouncer-read-2"]) await reconnect(pooler);
      await eventually(async () => expect(await asked(outputs.readUrl)).toBe(false), 10);
    } finally {
      await all("ready");
    }
    await eventually(async () => expect(await asked(outputs.replicaUrl)).toBe(true), 10);
    await eventually(async () => expect(await asked(outputs.readUrl)).toBe(true), 10);
  });
});

function reconnect(pooler: string): Promise<string> {
  const command = `psql -X -h /run/pgbouncer -p ${poolerPorts.read} -U pgbouncer -d pgbouncer -c RECONNECT`;
  return mustExecute(stack.container(pooler), ["bash", "-c", command]);
}
