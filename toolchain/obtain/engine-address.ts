import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import Docker from "dockerode";

/** Where the engine is, and who says so; nobody does where it stands at its usual place. */
export interface EngineAddress {
  readonly address: string;
  readonly namedBy: string | undefined;
}

/** The parts of Docker's own files that say which engine is meant. */
export interface DockerSettings {
  /** `currentContext` of config.json. */
  readonly currentContext: string | undefined;
  /** The endpoint of a context by name. */
  readonly endpoints: Readonly<Record<string, string>>;
}

export const usualAddress = "unix:///var/run/docker.sock";

/** How long an engine may take to say that it lives. */
const pingMilliseconds = 5_000;

/** As the docker client decides: DOCKER_HOST, then DOCKER_CONTEXT, then the current context, then the usual socket. */
export function engineAddress(env: NodeJS.ProcessEnv, settings: DockerSettings): EngineAddress {
  if (env.DOCKER_HOST) return { address: env.DOCKER_HOST, namedBy: "DOCKER_HOST" };
  const context = env.DOCKER_CONTEXT || settings.currentContext;
  if (!context || context === "default") return { address: usualAddress, namedBy: undefined };
  const address = settings.endpoints[context];
  return { address: address ?? `(context ${context} has no endpoint)`, namedBy: `docker context ${context}` };
}

/** Reads Docker's settings of this user; those of a machine without Docker are empty. */
export async function dockerSettings(env: NodeJS.ProcessEnv): Promise<DockerSettings> {
  const folder = env.DOCKER_CONFIG || join(homedir(), ".docker");
  const config = await readJson<{ currentContext?: string }>(join(folder, "config.json"));
  const context = env.DOCKER_CONTEXT || config?.currentContext;
  if (!context) return { currentContext: undefined, endpoints: {} };
  const id = createHash("sha256").update(context).digest("hex");
  const meta = await readJson<{ Endpoints?: { docker?: { Host?: string } } }>(
    join(folder, "contexts", "meta", id, "meta.json"),
  );
  const host = meta?.Endpoints?.docker?.Host;
  return { currentContext: context, endpoints: host === undefined ? {} : { [context]: host } };
}

/** A client for the engine at this address. DOCKER_HOST and its companions are read by the client itself. */
export function engineClient({ address, namedBy }: EngineAddress): Docker {
  if (namedBy === "DOCKER_HOST") return new Docker();
  if (address.startsWith("unix://")) return new Docker({ socketPath: address.slice("unix://".length) });
  const { hostname, port, protocol } = new URL(address);
  const isTls = port === "2376";
  return new Docker({ host: hostname, port, protocol: protocol === "ssh:" ? "ssh" : isTls ? "https" : "http" });
}

/** Why the engine does not answer, or nothing where it does. */
export async function engineSilence(address: EngineAddress): Promise<string | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${pingMilliseconds / 1000} s`)), pingMilliseconds);
  });
  try {
    await Promise.race([engineClient(address).ping(), late]);
    return undefined;
  } catch (error) {
    return (error as Error).message;
  } finally {
    clearTimeout(timer);
  }
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch {
    return undefined;
  }
}
