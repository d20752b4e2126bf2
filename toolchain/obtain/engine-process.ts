import { spawn } from "node:child_process";
import { mkdir, open, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { type EngineAddress, engineSilence } from "./engine-address.ts";

/** An engine that we have started. A pid alone may belong to another process by now; the two together do not. */
interface EngineRecord {
  readonly pid: number;
  /** When the process began, in clock ticks after the boot. */
  readonly began: string;
}

/** How long an engine may take until it answers, and until it has ended its containers. */
const startSeconds = 60;
const stopSeconds = 60;

const recordPath = (state: string) => join(state, "engine.json");
const logPath = (state: string) => join(state, "dockerd.log");

/**
 * Starts dockerd as a process of its own, which outlives this one, and waits until it answers.
 * @returns its pid, which is recorded in the state folder.
 * @throws with the end of its log, when it does not.
 */
export async function startEngineProcess(state: string, address: EngineAddress): Promise<number> {
  await mkdir(state, { recursive: true, mode: 0o700 });
  const log = await open(logPath(state), "a", 0o600);
  const child = spawn("dockerd", ["-H", address.address], {
    detached: true,
    stdio: ["ignore", log.fd, log.fd],
    cwd: "/",
    env: { ...process.env, PATH: `${process.env.PATH}:/usr/sbin:/sbin` },
  });
  const failure = new Promise<string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code) => resolve(`exit ${code}`));
  });
  child.unref();
  await log.close();

  const ended = await Promise.race([failure, answered(address)]);
  if (ended !== undefined || child.pid === undefined) {
    throw new Error(`dockerd did not start (${ended}). The end of ${logPath(state)}:\n${await tail(logPath(state))}`);
  }
  const record: EngineRecord = { pid: child.pid, began: (await beganAt(child.pid)) ?? "" };
  await writeFile(recordPath(state), JSON.stringify(record), { mode: 0o600 });
  return child.pid;
}

/**
 * Stops the engine that we have started, and no other.
 * @returns what was done, for a person.
 */
export async function stopEngine(state: string): Promise<string> {
  const record = await readRecord(state);
  if (record === undefined) return "No engine was started from here: nothing is stopped.";
  if ((await beganAt(record.pid)) !== record.began) {
    await rm(recordPath(state), { force: true });
    return `The engine that was started from here (pid ${record.pid}) has ended already.`;
  }
  process.kill(record.pid, "SIGTERM");
  for (let waited = 0; (await beganAt(record.pid)) === record.began; waited += 0.2) {
    if (waited > stopSeconds) throw new Error(`The engine (pid ${record.pid}) still runs after ${stopSeconds} s`);
    await setTimeout(200);
  }
  await rm(recordPath(state), { force: true });
  return `The engine (pid ${record.pid}) has stopped; its containers and volumes are kept.`;
}

/** The pid of the dockerd that this machine's pid file names, if it is alive. */
export async function livingEngine(pidFile = "/var/run/docker.pid"): Promise<number | undefined> {
  const pid = Number(await readFile(pidFile, "utf8").catch(() => ""));
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  const name = await readFile(`/proc/${pid}/comm`, "utf8").catch(() => "");
  return name.trim() === "dockerd" ? pid : undefined;
}

async function answered(address: EngineAddress): Promise<string | undefined> {
  const until = Date.now() + startSeconds * 1000;
  while (Date.now() < until) {
    if ((await engineSilence(address)) === undefined) return undefined;
    await setTimeout(100);
  }
  return `no answer within ${startSeconds} s`;
}

async function readRecord(state: string): Promise<EngineRecord | undefined> {
  try {
    return JSON.parse(await readFile(recordPath(state), "utf8")) as EngineRecord;
  } catch {
    return undefined;
  }
}

/** When a dockerd began; nothing where the pid is free, ended or another program's. */
async function beganAt(pid: number): Promise<string | undefined> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return engineStart(stat);
}

/** Reads a line of /proc/PID/stat: the name stands in parentheses, field 3 is the state, field 22 the start. */
export function engineStart(stat: string): string | undefined {
  const [, name, rest] = /^\d+ \((.*)\) (.*)$/s.exec(stat) ?? [];
  if (name !== "dockerd" || rest === undefined) return undefined;
  const fields = rest.trim().split(" ");
  return fields[0] === "Z" ? undefined : fields[19];
}

async function tail(path: string): Promise<string> {
  const text = await readFile(path, "utf8").catch(() => "");
  return text.trimEnd().split("\n").slice(-10).join("\n");
}
