import { readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { hostname } from "node:os";
import { fileURLToPath } from "node:url";

/** Who holds a stack, as Pulumi's file backends write it down. */
export interface Lock {
  readonly url: string;
  readonly user: string;
  readonly host: string;
  readonly pid: number;
  /** When it was taken, RFC 3339. */
  readonly since: string;
}

/** The locks that Pulumi's error message lists; empty where the error is another one. */
export function parseLocks(message: string): Lock[] {
  if (!message.includes("the stack is currently locked by")) return [];
  const line = /^\s*(\S+): created by (.+)@([^@\s]+) \(pid (\d+)\) at (\S+)\s*$/gm;
  return [...message.matchAll(line)].map(([, url = "", user = "", host = "", pid = "", since = ""]) => ({
    url,
    user,
    host,
    pid: Number(pid),
    since,
  }));
}

export function describeLock(lock: Lock): string {
  return `${lock.user}@${lock.host}, process ${lock.pid}, since ${lock.since}`;
}

/** Facts about this host's processes, so that the decision below can be tested. */
export interface Host {
  readonly name: string;
  /** When the process started, in milliseconds since 1970; `undefined` where it does not run, `NaN` if unknown. */
  startOf(pid: number): number | undefined;
}

/**
 * Whether the run that took the lock is certainly over: it was on this host, and its process is gone or its number
 * belongs to a process that started later. Of another host's processes nothing is known, so those count as alive.
 */
export function isAbandoned(lock: Lock, host: Host): boolean {
  if (lock.host !== host.name || !lock.url.startsWith("file://")) return false;
  const start = host.startOf(lock.pid);
  if (start === undefined) return true;
  // The kernel's clock ticks and the lock's whole seconds: a difference below this says nothing.
  return start > Date.parse(lock.since) + 2000;
}

/**
 * Removes the file of one abandoned lock. Not `pulumi cancel`, which removes every lock of the stack: a run that began
 * in the meantime would lose its own.
 */
export async function releaseLock(lock: Lock): Promise<void> {
  const url = new URL(lock.url);
  url.search = "";
  const path = fileURLToPath(url);
  await rm(path, { force: true });
  await rm(`${path}.attrs`, { force: true });
}

export const thisHost: Host = {
  name: hostname(),
  startOf(pid) {
    try {
      process.kill(pid, 0);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "EPERM" ? Number.NaN : undefined;
    }
    return startIn(readProc(`${pid}/stat`), readProc("stat"));
  },
};

/**
 * When a process started, by what Linux says of it in /proc/PID/stat and of its boot in /proc/stat; `NaN` on other systems.
 * A process that was killed stands there until its parent takes note, which may be never: it is over.
 */
export function startIn(processStat: string, systemStat: string): number | undefined {
  // The name in parentheses may hold spaces. The state follows it; field 22 is the start, in clock ticks (always 100 a
  // second) since boot.
  const fields = processStat.slice(processStat.lastIndexOf(")") + 2).split(" ");
  if (fields[0] === "Z" || fields[0] === "X") return undefined;
  const boot = Number(/^btime (\d+)$/m.exec(systemStat)?.[1]);
  return (boot + Number(fields[19]) / 100) * 1000;
}

function readProc(path: string): string {
  try {
    return readFileSync(`/proc/${path}`, "utf8");
  } catch {
    return "";
  }
}
