import { access, readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { type Reporter, reported } from "../report.ts";
import { findProgram, pathFolders, run } from "./commands.ts";
import { dockerSettings, type EngineAddress, engineAddress, engineSilence } from "./engine-address.ts";
import { livingEngine, startEngineProcess } from "./engine-process.ts";
import { aptInstall, canInstall } from "./system-packages.ts";

/** What this machine has, as far as an engine is concerned. */
export interface EngineFound {
  readonly address: EngineAddress;
  /** Why the engine at that address does not answer; nothing where it does. */
  readonly silence: string | undefined;
  /** A desktop product that brings its own engine. */
  readonly desktop: string | undefined;
  /** A dockerd that runs, by its pid. */
  readonly running: number | undefined;
  /** The `dockerd` program. */
  readonly dockerd: string | undefined;
  /** Root on Debian or a relative of it, where packages can be installed. */
  readonly mayInstall: boolean;
  readonly isRoot: boolean;
  /** Whether systemd runs the services of this machine. */
  readonly systemd: boolean;
}

export type EnginePlan =
  | { readonly do: "use" }
  | { readonly do: "start"; readonly install: boolean; readonly through: "systemd" | "process" }
  | { readonly do: "refuse"; readonly because: string };

/** Nothing that a user has is ever touched: an engine is started only where none is, none is named and we are root. */
export function planEngine(found: EngineFound): EnginePlan {
  const { address, silence, desktop, running, dockerd } = found;
  if (silence === undefined) return { do: "use" };
  const quiet = `The Docker engine at ${address.address} does not answer: ${silence}.`;
  if (address.namedBy !== undefined) {
    return refuse(
      quiet,
      `${address.namedBy} names it. Start it there, or correct or unset ${address.namedBy.replace(/ .*/, "")}`,
    );
  }
  if (desktop !== undefined) return refuse(quiet, `${desktop} is installed: start it, then run the command again`);
  if (/EACCES|permission denied/i.test(silence)) {
    return refuse(quiet, "You may not use it. Add yourself to the group docker, or run the command as root");
  }
  if (running !== undefined) {
    return refuse(
      quiet,
      `An engine runs all the same (pid ${running}). Name its address in DOCKER_HOST, or restart it`,
    );
  }
  const through = found.systemd ? "systemd" : "process";
  if (dockerd !== undefined && found.isRoot) return { do: "start", install: false, through };
  if (found.mayInstall) return { do: "start", install: true, through };
  return refuse(quiet, dockerd === undefined ? installByHand : "Start it as root: systemctl start docker, or dockerd");
}

export interface EngineDecision {
  readonly address: EngineAddress;
  readonly plan: Exclude<EnginePlan, { readonly do: "refuse" }>;
}

/**
 * Looks for the engine and decides what to do, within moments.
 * @throws with what to check or to do by hand, when none answers and none may be started.
 */
export async function decideEngine(env = process.env): Promise<EngineDecision> {
  const found = await findEngine(env);
  const plan = planEngine(found);
  if (plan.do === "refuse") throw new Error(plan.because);
  return { address: found.address, plan };
}

/** Makes sure that the engine answers: does what was decided. */
export async function obtainEngine({ address, plan }: EngineDecision, report: Reporter, state: string): Promise<void> {
  if (plan.do === "use") return;
  await reported(report, "Docker engine", async (step): Promise<[undefined, string]> => {
    if (plan.install) {
      step.line("none on this machine: installing Debian's docker.io");
      await aptInstall(["docker.io", "iptables", "ca-certificates"]);
      // Where services start by themselves, the package has just started its own.
      if ((await engineSilence(address)) === undefined) return [undefined, "installed and running"];
    }
    if (plan.through === "systemd") {
      await run("systemctl", ["start", "docker"]);
      return [undefined, "started through systemd"];
    }
    const pid = await startEngineProcess(state, address);
    return [undefined, `started as a process (pid ${pid}); npm run engine -- stop ends it`];
  });
}

async function findEngine(env: NodeJS.ProcessEnv): Promise<EngineFound> {
  const address = engineAddress(env, await dockerSettings(env));
  const silence = await engineSilence(address);
  const isRoot = process.getuid?.() === 0;
  return {
    address,
    silence,
    isRoot,
    desktop: silence === undefined ? undefined : await findDesktop(),
    running: await livingEngine(),
    dockerd: await findProgram("dockerd", [...pathFolders(env.PATH), "/usr/sbin", "/usr/bin", "/usr/local/bin"]),
    mayInstall: isRoot && (await canInstall()),
    systemd: await exists("/run/systemd/system"),
  };
}

async function findDesktop(): Promise<string | undefined> {
  const home = homedir();
  const products: [path: string, name: string][] = [
    ["/Applications/Docker.app", "Docker Desktop"],
    ["/opt/docker-desktop", "Docker Desktop"],
    [join(home, ".docker", "desktop"), "Docker Desktop"],
    [join(home, ".orbstack"), "OrbStack"],
    [join(home, ".colima"), "Colima"],
    [join(home, ".rd"), "Rancher Desktop"],
  ];
  for (const [path, name] of products) if (await exists(path)) return name;
  // Windows lends its Docker Desktop to WSL machines.
  const kernel = await readFile("/proc/version", "utf8").catch(() => "");
  return /microsoft/i.test(kernel) ? "Windows' WSL" : undefined;
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

function refuse(what: string, wayOut: string): EnginePlan {
  return { do: "refuse", because: `${what}\n${wayOut}.` };
}

const installByHand = `None is installed, and this command installs one only as root on Debian or Ubuntu. By hand, as root:
  apt-get install docker.io && systemctl start docker     (Debian, Ubuntu)
or see https://docs.docker.com/engine/install/, or name an engine elsewhere in DOCKER_HOST`;
