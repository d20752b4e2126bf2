import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { run } from "../test/support/command.ts";
import { docker, execute, leftovers } from "../test/support/docker.ts";
import { eventually, query } from "../test/support/sql.ts";
import { TestStack } from "../test/support/stack.ts";
import { handWritten } from "./by-hand.ts";
import { type CapturedGraph, captureGraph } from "./captured-graph.ts";
import { firstWrite } from "./first-write.ts";
import { idleMemory } from "./memory.ts";
import { median, spread } from "./statistics.ts";

const portOffset = 30000;
const writePort = 6432 + portOffset;
const platform = { name: "pgha-bench", portOffset };

interface Up {
  readonly firstWrite: number;
  readonly finished: number;
  readonly again: number;
  readonly againChanges: number;
  readonly memory: number;
}

/** `npm run up` from nothing running to the first row, a second `up`, and what the idle stack holds in memory. */
async function throughPulumi(stack: TestStack): Promise<Up> {
  const started = performance.now();
  const up = stack.up();
  up.catch(() => undefined);
  const first = await firstWrite(started, writePort, () => superuserPassword(stack));
  await up;
  const finished = performance.now() - started;
  const againStarted = performance.now();
  const again = await stack.up();
  const againSeconds = performance.now() - againStarted;
  const changes = Object.entries(again.changes).reduce((sum, [op, count]) => sum + (op === "same" ? 0 : count), 0);
  await sleep(15_000);
  const memory = await idleMemory(stack.prefix);
  return { firstWrite: first, finished, again: againSeconds, againChanges: changes, memory };
}

/** Patroni's secrets in a member that has just started. */
async function superuserPassword(stack: TestStack): Promise<string | undefined> {
  try {
    const { code, output } = await execute(stack.container("postgres-1"), ["cat", "/etc/patroni/secrets.yml"]);
    return code === 0 ? parse(output).postgresql.authentication.superuser.password : undefined;
  } catch {
    return undefined;
  }
}

/** The same containers by `docker run`, and the same role, database and extension by psql's statements. */
async function byHand(graph: CapturedGraph): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "by-hand-"));
  const commands = handWritten(graph, folder);
  const started = performance.now();
  const starting = (async () => {
    for (const command of commands) {
      const { code, stderr } = await run("docker", command);
      if (code !== 0) throw new Error(`docker ${command.join(" ")}: ${stderr}`);
    }
    await eventually(() => declareDatabase(graph.superuserPassword), 60);
  })();
  starting.catch(() => undefined);
  try {
    const first = firstWrite(started, writePort, async () => graph.superuserPassword);
    await starting;
    return await first;
  } finally {
    await removeByHand(graph);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function declareDatabase(password: string): Promise<void> {
  const at = (database: string) => `postgresql://postgres:${password}@localhost:${5432 + portOffset}/${database}`;
  const [{ exists } = { exists: false }] = await query(
    at("postgres"),
    "SELECT EXISTS (SELECT FROM pg_roles WHERE rolname = 'app') AS exists",
  );
  if (!exists) await query(at("postgres"), "CREATE ROLE app LOGIN PASSWORD 'app'");
  await query(at("postgres"), "CREATE DATABASE app OWNER app").catch((error: { code?: string }) => {
    if (error.code !== "42P04") throw error;
  });
  await query(at("app"), "CREATE EXTENSION IF NOT EXISTS vector; CREATE EXTENSION IF NOT EXISTS pg_stat_statements");
}

async function removeByHand({ network, containers }: CapturedGraph): Promise<void> {
  await Promise.all(
    containers.map(({ name }) =>
      docker
        .getContainer(name)
        .remove({ force: true, v: true })
        .catch(() => undefined),
    ),
  );
  for (const { volumes } of containers) {
    for (const { volumeName } of volumes ?? []) await docker.getVolume(volumeName ?? "").remove();
  }
  await docker.getNetwork(network).remove();
}

/** Prints the figures of `up`, each a ratio or a bound that anyone can measure again. */
export async function benchUp(runs: number): Promise<Record<string, unknown>> {
  const stack = new TestStack("bench");
  await stack.configure({ docker: { name: platform.name, portOffset } });
  // Images are built here, outside of the measured time.
  await stack.up();
  await stack.run("destroy", "--delete-data", stack.name);

  const pulumi: Up[] = [];
  const hand: number[] = [];
  const graph = await captureGraph(platform, {}, (name) => name);
  for (let turn = 0; turn < runs; turn++) {
    await stack.configure({ docker: { name: platform.name, portOffset } });
    pulumi.push(await throughPulumi(stack));
    await stack.remove();
    const left = await leftovers(stack.prefix);
    if (left.length > 0) throw new Error(`left behind: ${left.join(", ")}`);
    hand.push(await byHand(graph));
    console.error(`run ${turn + 1}: up ${JSON.stringify(pulumi.at(-1))}, by hand ${hand.at(-1)} ms`);
  }
  const ratios = pulumi.map((up, index) => up.firstWrite / (hand[index] ?? Number.NaN));
  return {
    runs,
    "first write, npm run up": spread(pulumi.map((up) => up.firstWrite)),
    "first write, docker run by hand": spread(hand),
    "ratio, pair by pair": `${median(ratios).toFixed(2)} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})`,
    "npm run up, to its end": spread(pulumi.map((up) => up.finished)),
    "npm run up again": spread(pulumi.map((up) => up.again)),
    "changes of the second up": Math.max(...pulumi.map((up) => up.againChanges)),
    "memory of the idle stack": `${Math.round(median(pulumi.map((up) => up.memory)))} MiB`,
  };
}
