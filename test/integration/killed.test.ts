import { execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../support/command.ts";
import { docker, leftovers } from "../support/docker.ts";
import { clusterOf, leaderOf } from "../support/patroni.ts";
import { eventually, query } from "../support/sql.ts";
import { TestStack } from "../support/stack.ts";

const stack = new TestStack(`kill${randomBytes(2).toString("hex")}`);
const filters = { label: [`pulumi-postgres-ha.stack=${stack.prefix}`] };

beforeAll(() => stack.configure({ docker: { portOffset: 23000 } }));
afterAll(async () => {
  await stack.run("destroy", "--delete-data", stack.name);
  await rm(join(root, `Pulumi.${stack.name}.yaml`), { force: true });
});

interface Event {
  readonly type: string;
  readonly op?: string;
  readonly state?: string;
  readonly name?: string;
  readonly resourceType?: string;
}

interface Running {
  /** Processes of the command: the tool itself, Pulumi's engine, the language host, the program, the plugins. */
  processes(): readonly number[];
  signal(name: NodeJS.Signals): void;
}

/** Runs a command until `reached` says so of its events, then does `act` to it, and returns its exit code. */
function cutShort(
  command: string,
  reached: (events: readonly Event[]) => boolean,
  act: (running: Running) => void | Promise<void>,
): Promise<{ readonly code: number | null; readonly events: readonly Event[] }> {
  const child = spawn(process.execPath, ["toolchain/run.mjs", command, "--stack", stack.name, "--json"], {
    cwd: root,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const running: Running = { processes: () => treeOf(child.pid ?? 0), signal: (name) => child.kill(name) };
  const events: Event[] = [];
  let rest = "";
  let acted = false;
  return new Promise((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      const lines = (rest + text).split("\n");
      rest = lines.pop() ?? "";
      events.push(...lines.filter((line) => line !== "").map((line) => JSON.parse(line) as Event));
      if (acted || !reached(events)) return;
      acted = true;
      Promise.resolve(act(running)).catch(reject);
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (acted) resolve({ code, events });
      else reject(new Error(`${command} ended with ${code} before it was cut short: ${JSON.stringify(events.at(-1))}`));
    });
  });
}

/** As the out-of-memory killer or a power cut would: nobody gets to say a last word. */
const kill = ({ processes }: Running): void => {
  for (const pid of processes()) {
    try {
      process.kill(pid, "SIGKILL");
    } catch {
      // It ended with those before it.
    }
  }
};

function treeOf(first: number): number[] {
  const all = execFileSync("ps", ["-eo", "pid=,ppid="], { encoding: "utf8" })
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/).map(Number));
  const tree = [first];
  for (const parent of tree) tree.push(...all.filter(([, ppid]) => ppid === parent).map(([pid = 0]) => pid));
  return tree;
}

const done = (op: string) => (events: readonly Event[]) =>
  events.filter((event) => event.op === op && event.state === "done" && event.resourceType?.startsWith("docker:"));
const begins = (op: string, name: string) => (events: readonly Event[]) =>
  events.some((event) => event.op === op && event.state === "start" && event.name === stack.container(name));
const isDone = (op: string, name: string) => (events: readonly Event[]) =>
  done(op)(events).some((event) => event.name === stack.container(name));

async function containersOf(service: string): Promise<string[]> {
  const named = { ...filters, name: [stack.container(service)] };
  return (await docker.listContainers({ filters: named })).map(({ Id }) => Id);
}

async function objects() {
  const [containers, { Volumes }, networks] = await Promise.all([
    docker.listContainers({ all: true, filters }),
    docker.listVolumes({ filters: JSON.stringify(filters) }),
    docker.listNetworks({ filters }),
  ]);
  return { containers: containers.length, volumes: Volumes.length, networks: networks.length };
}

const write = async (id: number) => {
  const { writeUrl } = await stack.outputs();
  await query(writeUrl, "CREATE TABLE IF NOT EXISTS survivor (id int PRIMARY KEY)");
  await query(writeUrl, "INSERT INTO survivor VALUES ($1)", [id]);
};
const rows = async () => {
  const { writeUrl } = await stack.outputs();
  return (await query<{ id: number }>(writeUrl, "SELECT id FROM survivor ORDER BY id")).map(({ id }) => id);
};

describe("a run that is killed", () => {
  it("in the first third of up leaves nothing that destroy --delete-data does not remove", async () => {
    await cutShort("up", begins("create", "etcd-1"), async (running) => {
      await eventually(async () => expect(await containersOf("etcd-")).not.toEqual([]), 20);
      kill(running);
    });
    expect(await leftovers(stack.prefix)).not.toEqual([]);
    await stack.mustRun("destroy", "--delete-data", stack.name);
    expect(await leftovers(stack.prefix)).toEqual([]);
  });

  it("while it makes the members is continued by the next up, with nothing doubled", async () => {
    await stack.configure({ docker: { portOffset: 23000 } });
    await cutShort("up", begins("create", "postgres-1"), async (running) => {
      await eventually(async () => expect(await containersOf("postgres-")).not.toEqual([]), 20);
      kill(running);
    });
    // They go on without us, in the middle of their bootstrap.
    const begun = await containersOf("postgres-");

    await stack.up();
    expect(await objects()).toEqual({ containers: 13, volumes: 7, networks: 1 });
    expect(await containersOf("postgres-")).toEqual(expect.arrayContaining(begun));
    expect((await stack.up()).changes).toEqual({ same: expect.any(Number) });
    const cluster = await clusterOf(stack, "postgres-1");
    expect(cluster).toHaveLength(3);
    leaderOf(cluster);
    await write(1);
  });

  it("in the middle of destroy is made good by up", async () => {
    await cutShort("destroy", (events) => done("delete")(events).length >= 4, kill);
    await stack.up();
    expect(await docker.listContainers({ filters })).toHaveLength(13);
    expect(await rows()).toEqual([1]);
  });

  it("in the middle of destroy is continued by the next destroy, and the data stays", async () => {
    await cutShort("destroy", (events) => done("delete")(events).length >= 4, kill);
    await stack.mustRun("destroy");
    expect(await objects()).toEqual({ containers: 0, volumes: 7, networks: 0 });
  });
});

describe("an up that is interrupted once", () => {
  it("ends cleanly, and the next one finds the data", async () => {
    const interrupted = await cutShort("up", isDone("create", "etcd-1"), ({ signal }) => signal("SIGINT"));
    expect(interrupted.code).toBe(130);
    expect(interrupted.events.at(-1)).toMatchObject({
      type: "result",
      ok: false,
      error: expect.stringContaining("run the same command again"),
    });

    await stack.up();
    expect(await objects()).toEqual({ containers: 13, volumes: 7, networks: 1 });
    expect(await rows()).toEqual([1]);
  });

  it("leaves nothing behind when the stack is deleted with its data", async () => {
    await stack.mustRun("destroy", "--delete-data", stack.name);
    expect(await leftovers(stack.prefix)).toEqual([]);
  });
});
