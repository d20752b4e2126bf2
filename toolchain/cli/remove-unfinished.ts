import { setTimeout as sleep } from "node:timers/promises";
import type Docker from "dockerode";
import { reported } from "../report.ts";
import type { Session } from "./session.ts";
import type { OpenStack } from "./stack.ts";
import { type Unfinished, unfinishedIn } from "./unfinished.ts";

/** How long a container is given to become healthy before it is stopped. */
const healthMs = 60_000;
const pollMs = 200;

/**
 * Removes what a killed run had begun to make and could not write into the state: Pulumi knows nothing of it, and a network
 * that has a container in it cannot be removed. Volumes go only with the data.
 *
 * @throws PulumiFailure where a run is at work, before anything is removed.
 */
export async function removeUnfinished(session: Session, open: OpenStack, deleteData: boolean): Promise<void> {
  if (open.surelyFinished()) return;
  const state = await open.readState();
  const unfinished = unfinishedIn(state).filter(({ kind }) => deleteData || kind !== "Volume");
  if (unfinished.length === 0) return;
  // Writing takes the lock of the stack, and so fails while another run is at work: what is unfinished is then that run's.
  await open.writeState(state);
  await reported(session.report, "Removing what an interrupted run began", async () => {
    const { default: Docker } = await import("dockerode");
    const docker = new Docker();
    const removed: string[] = [];
    // Containers need each other to become healthy, so none may go before all have.
    if (!deleteData) await Promise.all(unfinished.map((object) => untilSettled(docker, object)));
    for (const object of unfinished) if (await remove(docker, object)) removed.push(object.name);
    return [undefined, removed.length === 0 ? "nothing is there" : removed.join(", ")];
  });
}

/** A database that is stopped in the middle of its first start may leave a volume that no later start can use. */
async function untilSettled(docker: Docker, { kind, name }: Unfinished): Promise<void> {
  if (kind !== "Container") return;
  const deadline = Date.now() + healthMs;
  while (Date.now() < deadline) {
    const found = await unlessGone(docker.getContainer(name).inspect());
    if (!found?.State.Running || found.State.Health?.Status !== "starting") return;
    await sleep(pollMs);
  }
}

async function remove(docker: Docker, { kind, name, labels }: Unfinished): Promise<boolean> {
  if (kind === "Container") {
    const container = docker.getContainer(name);
    const found = await unlessGone(container.inspect());
    if (!carries(found?.Config.Labels, labels)) return false;
    await unlessGone(container.stop());
    await unlessGone(container.remove({ force: true, v: true }));
  } else if (kind === "Network") {
    const network = docker.getNetwork(name);
    if (!carries((await unlessGone(network.inspect()))?.Labels, labels)) return false;
    await unlessGone(network.remove());
  } else {
    const volume = docker.getVolume(name);
    if (!carries((await unlessGone(volume.inspect()))?.Labels, labels)) return false;
    await unlessGone(volume.remove());
  }
  return true;
}

function carries(actual: Readonly<Record<string, string>> | undefined, labels: Unfinished["labels"]): boolean {
  return actual !== undefined && Object.entries(labels).every(([label, value]) => actual[label] === value);
}

/** What comes of a call, `undefined` where its object is not there or, for a stop, does not run. */
async function unlessGone<Result>(call: Promise<Result>): Promise<Result | undefined> {
  try {
    return await call;
  } catch (error) {
    const { statusCode } = error as { statusCode?: number };
    if (statusCode === 404 || statusCode === 304) return undefined;
    throw error;
  }
}
