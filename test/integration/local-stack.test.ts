import { beforeAll, describe, expect, inject, it } from "vitest";
import { poolerPorts } from "../../components/pools/index.ts";
import { loopbackAddresses } from "../../platforms/docker/args.ts";
import { docker, execute, mustExecute } from "../support/docker.ts";
import { clusterOf, leaderOf } from "../support/patroni.ts";
import { eventually, query } from "../support/sql.ts";
import { type Outputs, TestStack } from "../support/stack.ts";

const stack = new TestStack(inject("stack"));
let outputs: Outputs;

beforeAll(async () => {
  outputs = await stack.outputs();
});

const poolers = ["pgbouncer-write-1", "pgbouncer-write-2", "pgbouncer-read-1", "pgbouncer-read-2"];

/** What a pooler says on its admin console. */
async function console(pooler: string, command: string): Promise<Record<string, string>[]> {
  const { user, password } = { user: "postgres", password: outputs.credentials.superuser?.password ?? "" };
  const port = String(poolerPorts[pooler.includes("write") ? "write" : "read"]);
  const text = await mustExecute(
    stack.container(pooler),
    ["psql", "--csv", "-h", "127.0.0.1", "-p", port, "-U", user, "-d", "pgbouncer", "-c", command],
    [`PGPASSWORD=${password}`],
  );
  const [header = "", ...lines] = text.trim().split("\n");
  const names = header.split(",");
  return lines.map((line) => Object.fromEntries(line.split(",").map((value, index) => [names[index] ?? "", value])));
}

describe("the cluster (S1, K6)", () => {
  it("has three members, one leader, and two replicas that stream with a lag below 1 s", async () => {
    const members = await eventually(async () => {
      const found = await clusterOf(stack, "postgres-1");
      expect(found.filter(({ role, state }) => role !== "leader" && state === "streaming")).toHaveLength(2);
      return found;
    }, 60);
    expect(members.map(({ name }) => name).sort()).toEqual(["postgres-1", "postgres-2", "postgres-3"]);
    const leader = leaderOf(members);
    const lags = await mustExecute(stack.container(leader.name), [
      ...["psql", "-XAt", "-c"],
      "SELECT coalesce(extract(epoch FROM replay_lag), 0) FROM pg_stat_replication WHERE state = 'streaming'",
    ]);
    const seconds = lags.trim().split("\n").map(Number);
    expect(seconds).toHaveLength(2);
    for (const lag of seconds) expect(lag).toBeLessThan(1);
  });

  it("replicates synchronously", async () => {
    const leader = leaderOf(await clusterOf(stack, "postgres-1"));
    const names = await mustExecute(stack.container(leader.name), [
      ...["psql", "-XAt", "-c", "SHOW synchronous_standby_names"],
    ]);
    expect(names).toMatch(/ANY 1 \(/);
  });
});

describe("the two pools (S2, S3, S9)", () => {
  it("read through 6433 what was written through 6432", async () => {
    await query(outputs.writeUrl, "CREATE TABLE IF NOT EXISTS greeting (id int PRIMARY KEY, text text)");
    await query(outputs.writeUrl, "INSERT INTO greeting VALUES (1, 'hello') ON CONFLICT (id) DO NOTHING");
    await eventually(async () => {
      expect(await query(outputs.readUrl, "SELECT text FROM greeting WHERE id = 1")).toEqual([{ text: "hello" }]);
    }, 10);
    // Readers are on the primary until a replica is fit, which the balancers see a moment after everybody else.
    await eventually(async () => {
      expect(await query(outputs.readUrl, "SELECT pg_is_in_recovery() AS standby")).toEqual([{ standby: true }]);
    }, 10);
    expect(await query(outputs.writeUrl, "SELECT pg_is_in_recovery() AS standby")).toEqual([{ standby: false }]);
  });

  it("have direct ways beside them", async () => {
    expect(await query(outputs.primaryUrl, "SELECT pg_is_in_recovery() AS standby")).toEqual([{ standby: false }]);
    expect(await query(outputs.replicaUrl, "SELECT pg_is_in_recovery() AS standby")).toEqual([{ standby: true }]);
  });

  it.each([
    [
      "pgbouncer-write-1",
      {
        pool_mode: "transaction",
        max_client_conn: "200",
        default_pool_size: "25",
        min_pool_size: "5",
        server_lifetime: "3600",
      },
    ],
    [
      "pgbouncer-read-1",
      {
        pool_mode: "session",
        max_client_conn: "300",
        default_pool_size: "50",
        min_pool_size: "10",
        server_lifetime: "7200",
      },
    ],
  ])("%s has the settings of its row", async (pooler, expected) => {
    const config = await console(pooler, "SHOW CONFIG");
    const settings = Object.fromEntries(config.map(({ key, value }) => [key, value]));
    expect(settings).toMatchObject(expected);
  });

  it("are used in all their parts", async () => {
    const before = await Promise.all(poolers.map((pooler) => transactions(pooler)));
    await Promise.all(
      Array.from({ length: 24 }, (_, index) =>
        query(index % 2 === 0 ? outputs.writeUrl : outputs.readUrl, "SELECT pg_sleep(0.2)"),
      ),
    );
    const after = await Promise.all(poolers.map((pooler) => transactions(pooler)));
    after.forEach((count, index) => {
      expect(count, `transactions of ${poolers[index]}`).toBeGreaterThan(before[index] ?? 0);
    });
    for (const balancer of ["haproxy-1", "haproxy-2"]) {
      expect(await sessions(balancer), `sessions of ${balancer}`).toBeGreaterThan(0);
    }
  });

  async function transactions(pooler: string): Promise<number> {
    const stats = await console(pooler, "SHOW TOTALS");
    const total = stats.find(({ name }) => name === "xact_count" || name === "total_xact_count");
    return Number(total?.value ?? stats[0]?.total_xact_count);
  }

  async function sessions(balancer: string): Promise<number> {
    const csv = await mustExecute(stack.container(balancer), [
      ...["bash", "-c", "echo 'show stat' | socat - UNIX-CONNECT:/run/haproxy/admin.sock"],
    ]);
    const lines = csv.split("\n").map((line) => line.split(","));
    const column = lines[0]?.indexOf("stot") ?? -1;
    return lines.filter(([, server]) => server === "FRONTEND").reduce((sum, fields) => sum + Number(fields[column]), 0);
  }

  it("let many clients share few servers, with protocol-level prepared statements", async () => {
    const answers = await Promise.all(
      Array.from({ length: 60 }, (_, index) => query(outputs.writeUrl, "SELECT $1::int AS n", [index])),
    );
    expect(answers.map(([row]) => row?.n)).toEqual(Array.from({ length: 60 }, (_, index) => index));
  });

  it("refuse a wrong password", async () => {
    const wrong = outputs.writeUrl.replace(/:[^:@]+@/, ":wrong@");
    await expect(query(wrong, "SELECT 1")).rejects.toThrow(/password|SASL|authentication/i);
  });

  it("carry pgbench (S10)", async () => {
    const { password, user } = outputs.credentials.app ?? { user: "", password: "" };
    const bench = (...args: string[]) =>
      mustExecute(
        stack.container("postgres-1"),
        ["pgbench", "-h", "haproxy", "-p", "6432", "-U", user, ...args, "app"],
        [`PGPASSWORD=${password}`],
      );
    await bench("-i", "-s", "1", "-q");
    const report = await bench("-c", "10", "-j", "2", "-T", "5");
    expect(report).toMatch(/number of failed transactions: 0 /);
    expect(Number(/tps = ([\d.]+)/.exec(report)?.[1])).toBeGreaterThan(0);
  });
});

describe("extensions (K4)", () => {
  it("answer vector queries on the primary and on the replicas", async () => {
    await query(outputs.writeUrl, "CREATE TABLE IF NOT EXISTS items (id int PRIMARY KEY, embedding vector(3))");
    await query(outputs.writeUrl, "INSERT INTO items VALUES (1, '[1,2,3]'), (2, '[9,9,9]') ON CONFLICT DO NOTHING");
    const nearest = "SELECT id FROM items ORDER BY embedding <-> '[1,2,4]' LIMIT 1";
    expect(await query(outputs.writeUrl, nearest)).toEqual([{ id: 1 }]);
    await eventually(async () => {
      expect(await query(outputs.readUrl, nearest)).toEqual([{ id: 1 }]);
    }, 10);
  });
});

describe("the bucket", () => {
  it("takes an object and gives it back", async () => {
    const { Client } = await import("minio");
    const { hostname, port } = new URL(outputs.s3Endpoint);
    const { user, password } = outputs.credentials.s3 ?? { user: "", password: "" };
    const client = new Client({
      endPoint: hostname,
      port: Number(port),
      useSSL: false,
      accessKey: user,
      secretKey: password,
    });
    expect(await client.bucketExists("backups")).toBe(true);
    await client.putObject("backups", "probe", "content");
    const chunks = [];
    for await (const chunk of await client.getObject("backups", "probe")) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe("content");
    await client.removeObject("backups", "probe");
  });
});

describe("every container", () => {
  it("runs without root, without privileges, within limits, and shows no secret", async () => {
    const secrets = Object.values(outputs.credentials).map(({ password }) => password);
    const containers = await docker.listContainers({
      filters: { label: [`pulumi-postgres-ha.stack=${stack.prefix}`] },
    });
    expect(containers).toHaveLength(13);
    for (const { Id, Names } of containers) {
      const inspected = await docker.getContainer(Id).inspect();
      const { code, output } = await execute(Id, ["id", "-u"]);
      expect([code, output.trim()], Names[0]).toEqual([0, "999"]);
      expect(inspected.HostConfig.Memory, Names[0]).toBeGreaterThan(0);
      expect(inspected.HostConfig.CapDrop, Names[0]).toEqual(["ALL"]);
      expect(inspected.State.Health?.Status, Names[0]).toBe("healthy");
      const text = JSON.stringify(inspected);
      for (const secret of secrets)
        expect(text.includes(secret), `a password of ${Names[0]} in docker inspect`).toBe(false);
    }
  });

  it("is published on loopback addresses only", async () => {
    const containers = await docker.listContainers({
      filters: { label: [`pulumi-postgres-ha.stack=${stack.prefix}`] },
    });
    const addresses = containers.flatMap(({ Ports }) => Ports.flatMap(({ IP }) => (IP ? [IP] : [])));
    expect(new Set(addresses)).toEqual(new Set(loopbackAddresses()));
  });
});
