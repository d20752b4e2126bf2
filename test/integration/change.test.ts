import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { poolerPorts } from "../../components/pools/index.ts";
import { instanceFiles } from "../../provider/instance-files/instance-files.ts";
import { Instances } from "../../provider/instances/instances.ts";
import { patroniConfiguration } from "../../provider/patroni/configuration.ts";
import { docker, execute, mustExecute } from "../support/docker.ts";
import { clusterOf, leaderOf } from "../support/patroni.ts";
import { underLoad } from "../support/pgbench.ts";
import { eventually, query } from "../support/sql.ts";
import { type Outputs, TestStack } from "../support/stack.ts";

/** A changed setting reaches a running cluster; nothing that holds data is replaced. */
const stack = new TestStack("change");
const members = ["postgres-1", "postgres-2", "postgres-3"];
const where = { portOffset: 23500 };
let outputs: Outputs;

beforeAll(async () => {
  await stack.configure({ docker: where });
  await stack.up();
  outputs = await stack.outputs();
});
afterAll(() => stack.remove());

const psql = async (member: string, sql: string) =>
  (await mustExecute(stack.container(member), ["psql", "-XAt", "-c", sql])).trim();
const onEach = (sql: string) => Promise.all(members.map((member) => psql(member, sql)));
const startTimes = () => onEach("SELECT extract(epoch FROM pg_postmaster_start_time())");

/** The ids and start times of all containers of the stack. */
async function containers(): Promise<Record<string, string>> {
  const all = await docker.listContainers({ filters: { label: [`pulumi-postgres-ha.stack=${stack.prefix}`] } });
  const found = await Promise.all(all.map(({ Id }) => docker.getContainer(Id).inspect()));
  return Object.fromEntries(found.map(({ Name, Id, State }) => [Name, `${Id} ${State.StartedAt}`]));
}

async function change(settings: Readonly<Record<string, unknown>>) {
  await stack.configure({ docker: where, ...settings });
  const before = await containers();
  const { changes } = await stack.up();
  expect(await containers()).toEqual(before);
  return changes;
}

async function pooled(pooler: string, command: string, form = "-At"): Promise<string> {
  const port = String(poolerPorts[pooler.includes("write") ? "write" : "read"]);
  const ask = [
    "psql",
    "-X",
    form,
    "-h",
    "/run/pgbouncer",
    "-p",
    port,
    "-U",
    "pgbouncer",
    "-d",
    "pgbouncer",
    "-c",
    command,
  ];
  return mustExecute(stack.container(pooler), ask);
}

/** The server connections that clients of a pooler use, each by the process that serves it. */
async function serversOf(pooler: string): Promise<string[]> {
  const [header = "", ...lines] = (await pooled(pooler, "SHOW SERVERS", "--csv")).trim().split("\n");
  const [user, process] = ["user", "remote_pid"].map((name) => header.split(",").indexOf(name));
  const servers = lines.map((line) => line.split(","));
  return servers
    .filter((server) => server[user ?? -1] === "app")
    .map((server) => `${server[process ?? -1]}`)
    .sort();
}

describe("a setting that can be reloaded", () => {
  it("of the servers reaches every member without a restart", async () => {
    const started = await startTimes();
    await stack.configure({ docker: where, cluster: { parameters: { work_mem: "1MB" } } });
    const preview = await stack.run("preview");
    expect(preview.stdout).toMatch(/reload: work_mem: .* → 1MB/);
    expect(preview.stdout).not.toMatch(/restart:/);
    await change({ cluster: { parameters: { work_mem: "1MB" } } });
    expect(await onEach("SHOW work_mem")).toEqual(["1MB", "1MB", "1MB"]);
    expect(await startTimes()).toEqual(started);
  });

  it("of a pool is reloaded under load with no client error, and the other pool keeps its server connections", async () => {
    await query(outputs.readUrl, "SELECT 1");
    const identities = () => Promise.all(["pgbouncer-read-1", "pgbouncer-read-2"].map(serversOf));
    const before = await identities();
    expect(before.flat()).not.toEqual([]);
    const settings = {
      cluster: { parameters: { work_mem: "1MB" } },
      pools: { write: { defaultPoolSize: 20, maxClientConnections: 210 } },
    };
    const { errors, transactions } = await underLoad(stack.container("postgres-1"), outputs.writeUrl, () =>
      change(settings),
    );
    expect(errors).toEqual([]);
    expect(transactions).toBeGreaterThan(100);
    for (const pooler of ["pgbouncer-write-1", "pgbouncer-write-2"]) {
      const config = await pooled(pooler, "SHOW CONFIG");
      expect(config).toMatch(/^default_pool_size\|20\|/m);
      expect(config).toMatch(/^max_client_conn\|210\|/m);
    }
    expect(await identities()).toEqual(before);
  });

  it("of the balancer is reloaded, and a client's session outlives it", async () => {
    const session = new pg.Client({ connectionString: outputs.primaryUrl });
    await session.connect();
    const backend = async () => (await session.query("SELECT pg_backend_pid() AS pid")).rows;
    const before = await backend();
    await change({ balancer: { maximumLag: "20MB" } });
    expect(await backend()).toEqual(before);
    await session.end();
    const config = await mustExecute(stack.container("haproxy-2"), ["cat", "/etc/haproxy/haproxy.cfg"]);
    expect(config).toContain("lag=20MB");
    expect(await query(outputs.replicaUrl, "SELECT pg_is_in_recovery() AS standby")).toEqual([{ standby: true }]);
  });
});

describe("a setting that needs a restart", () => {
  it("is applied member by member, the leader last, with no more errors than clients", async () => {
    const leader = leaderOf(await clusterOf(stack, "postgres-1")).name;
    const { errors } = await underLoad(stack.container("postgres-1"), outputs.writeUrl, () =>
      change({ cluster: { parameters: { max_connections: 205 } } }),
    );
    expect(errors.length).toBeLessThanOrEqual(8);
    expect(await onEach("SHOW max_connections")).toEqual(["205", "205", "205"]);
    const started = await startTimes();
    const order = members.map((name, index) => ({ name, at: Number(started[index]) })).sort((a, b) => a.at - b.at);
    expect(order.at(-1)?.name).toBe(leader);
  });

  it("is lowered too, which replicas take only after the leader", async () => {
    await change({ cluster: { parameters: { max_connections: 190 } } });
    expect(await onEach("SHOW max_connections")).toEqual(["190", "190", "190"]);
    expect((await clusterOf(stack, "postgres-1")).filter((member) => "pending_restart" in member)).toEqual([]);
  });

  it("is left pending where that is asked for, and applied when it is no more", async () => {
    const started = await startTimes();
    const parameters = { max_connections: 190, max_worker_processes: 12 };
    await change({ cluster: { parameters, restarts: "pending" } });
    expect(await startTimes()).toEqual(started);
    await eventually(async () => {
      const pending = (await clusterOf(stack, "postgres-1")).filter((member) => "pending_restart" in member);
      expect(pending).toHaveLength(3);
    }, 20);
    await change({ cluster: { parameters } });
    expect(await onEach("SHOW max_worker_processes")).toEqual(["12", "12", "12"]);
  });
});

describe("a member's memory", () => {
  it("is raised in place, and its servers take more of it", async () => {
    const before = await onEach("SHOW shared_buffers");
    await change({ cluster: { memory: "2GiB" } });
    expect(await onEach("SHOW shared_buffers")).not.toEqual(before);
    const { HostConfig } = await docker.getContainer(stack.container("postgres-2")).inspect();
    expect(HostConfig.Memory).toBe(2 * 1024 ** 3);
  });

  it("is not lowered below what the running servers may use", async () => {
    await stack.configure({ docker: where, cluster: { memory: "1536MiB" } });
    const preview = await stack.run("preview");
    expect(preview.code).not.toBe(0);
    expect(preview.stdout).toMatch(/memory: 2048 MiB → 1536 MiB: the running servers may use \d+ MiB; first/);
    await stack.configure({ docker: where, cluster: { memory: "2GiB" } });
  });
});

describe("a file that its program refuses", () => {
  it("is taken back, with the program's own words, and what was there stays in use", async () => {
    const name = stack.container("haproxy-1");
    const { Id } = await docker.getContainer(name).inspect();
    const path = "/etc/haproxy/haproxy.cfg";
    const read = () => mustExecute(name, ["cat", path]);
    const content = await read();
    const inputs = { instance: { docker: { container: Id, name } }, files: { [path]: { content } }, user: 999 };
    const broken = {
      ...inputs,
      files: { [path]: { content: content.replace("balance leastconn", "balance leastcon") } },
    };
    const context = { urn: "", log: () => undefined, tell: () => undefined };
    const update = instanceFiles.update?.(new Instances(), name, inputs, broken, context);
    await expect(update).rejects.toThrow(/leastcon[\s\S]*What was there before is in place again/);
    expect(await read()).toBe(content);
    expect(await query(outputs.writeUrl, "SELECT 1 AS one")).toEqual([{ one: 1 }]);
  });
});

describe("a setting that the server refuses", () => {
  it("is taken back from the store, with the server's own words", async () => {
    const name = stack.container("postgres-1");
    const { Id } = await docker.getContainer(name).inspect();
    const members = [{ name: "postgres-1", instance: { docker: { container: Id, name } } }];
    // Nobody but the server knows the values of an extension's setting.
    const parameters = { "pg_stat_statements.track": "sometimes" };
    const inputs = {
      members,
      superuser: "postgres",
      restarts: "rolling",
      configuration: { postgresql: { parameters } },
    };
    const context = { urn: "", log: () => undefined, tell: () => undefined };
    const before = { ...inputs, configuration: {} };
    const update = patroniConfiguration.update?.(new Instances(), "", before, inputs, context);
    await expect(update).rejects.toThrow(/refuses pg_stat_statements.track = sometimes: .*\nWhat was there before/);
    const config = await mustExecute(name, ["patronictl", "-c", "/etc/patroni", "show-config"]);
    expect(config).not.toContain("sometimes");
  });
});

describe("a change that must not happen", () => {
  it("is refused in the preview with what there is and what was asked for, and touches nothing", async () => {
    await stack.configure({
      docker: where,
      cluster: { memory: "2GiB", superuser: "admin" },
      consensus: { kind: "etcd", members: 5 },
    });
    const before = await containers();
    const preview = await stack.run("preview");
    expect(preview.code).not.toBe(0);
    expect(preview.stdout + preview.stderr).toMatch(/superuser: postgres → admin: cannot change/);
    expect(preview.stdout + preview.stderr).toMatch(/store: etcd with 3 members → etcd with 5 members/);
    expect((await stack.run("up")).code).not.toBe(0);
    expect(await containers()).toEqual(before);
    await stack.configure({ docker: where, cluster: { memory: "2GiB" } });
    await stack.up();
  });
});

describe("drift", () => {
  it("by ALTER SYSTEM and in the store is shown by refresh and put right by up", async () => {
    await psql("postgres-2", "ALTER SYSTEM SET checkpoint_timeout = '7min'");
    await psql("postgres-2", "SELECT pg_reload_conf()");
    await psql("postgres-3", "ALTER SYSTEM SET geqo = off");
    const patronictl = [
      "patronictl",
      "-c",
      "/etc/patroni",
      "edit-config",
      "--force",
      "--quiet",
      "-s",
      "ttl=40",
      "-p",
      "log_lock_waits=off",
    ];
    await mustExecute(stack.container("postgres-1"), patronictl);

    const refresh = await stack.run("refresh");
    expect(refresh.stdout).toMatch(/configuration\.ttl/);
    expect(refresh.stdout).toMatch(/configuration\.postgresql\.parameters\.log_lock_waits/);
    expect(refresh.stdout).toMatch(/postgres-2.*checkpoint_timeout/);
    expect(refresh.stdout).toMatch(/postgres-3: ALTER SYSTEM has set geqo = off, which nobody declares/);

    const up = await stack.run("up");
    expect(up.stdout).toMatch(/postgres-2: ALTER SYSTEM has set checkpoint_timeout = 7min; it is reset/);
    expect(await onEach("SHOW checkpoint_timeout")).toEqual(["5min", "5min", "5min"]);
    expect(await onEach("SHOW log_lock_waits")).toEqual(["on", "on", "on"]);
    expect(await psql("postgres-3", "SHOW geqo")).toBe("off");
    const config = await mustExecute(stack.container("postgres-1"), [
      "patronictl",
      "-c",
      "/etc/patroni",
      "show-config",
    ]);
    expect(config).toMatch(/^ttl: 20$/m);
  });

  it("of a file and of a container is shown by refresh and put right by up", async () => {
    const write = await docker.getContainer(stack.container("pgbouncer-read-1")).exec({
      Cmd: ["bash", "-c", "sed -i 's/^default_pool_size.*/default_pool_size = 3/' /etc/pgbouncer/pgbouncer.ini"],
      User: "0",
    });
    await (await write.start({})).resume();
    await eventually(async () => {
      const { output } = await execute(stack.container("pgbouncer-read-1"), ["cat", "/etc/pgbouncer/pgbouncer.ini"]);
      expect(output).toContain("default_pool_size = 3");
    }, 5);
    await docker.getContainer(stack.container("haproxy-2")).remove({ force: true });

    const refresh = await stack.run("refresh");
    expect(refresh.stdout).toMatch(/pgbouncer-read-1-files changed outside of Pulumi/);
    expect(refresh.stdout).toMatch(/haproxy-2 is gone/);
    await stack.up();
    const config = await mustExecute(stack.container("pgbouncer-read-1"), ["cat", "/etc/pgbouncer/pgbouncer.ini"]);
    expect(config).toContain("default_pool_size = 50");
    expect(await mustExecute(stack.container("haproxy-2"), ["cat", "/etc/haproxy/haproxy.cfg"])).toContain(
      "frontend write",
    );
    const { changes } = await stack.up();
    expect(Object.keys(changes)).toEqual(["same"]);
  });
});
