import { createHash } from "node:crypto";
import type { Properties } from "../framework/types.ts";
import { buildContext, dockerfileIn } from "./build-context.ts";
import type { Engine, Query } from "./engine.ts";

export interface Build {
  readonly context: string;
  readonly dockerfile?: string;
  readonly buildArgs?: Readonly<Record<string, string>>;
  readonly tags?: readonly string[];
  readonly label?: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly target?: string;
  readonly platform?: string;
  readonly networkMode?: string;
  readonly extraHosts?: readonly string[];
  readonly noCache?: boolean;
  readonly pullParent?: boolean;
  readonly remove?: boolean;
  readonly forceRemove?: boolean;
  readonly squash?: boolean;
  readonly suppressOutput?: boolean;
  readonly memory?: number;
  readonly memorySwap?: number;
  readonly cpuShares?: number;
  readonly cpuPeriod?: number;
  readonly cpuQuota?: number;
  readonly cpuSetCpus?: string;
  readonly cpuSetMems?: string;
  readonly cgroupParent?: string;
  readonly shmSize?: number;
}

/** What a build is made from, ready to be sent. */
export interface PreparedBuild {
  readonly context: Buffer;
  readonly dockerfile: string;
  /** Of the context, the arguments and the triggers: the same hash is the same image. */
  readonly hash: string;
}

/** The label that carries the hash on an image that was built here. */
export const hashLabel = "pulumi-stand-in.build";

const keptLogLines = 25;

export async function prepareBuild(build: Build, triggers: Properties): Promise<PreparedBuild> {
  const dockerfile = dockerfileIn(build.context, build.dockerfile);
  const context = await buildContext(build.context, dockerfile);
  const { context: _folder, ...rest } = build;
  const options = JSON.stringify([sorted({ ...rest, dockerfile }), sorted(triggers)]);
  return { context, dockerfile, hash: createHash("sha256").update(options).update(context).digest("hex") };
}

/**
 * Builds the image under that name. The steps are logged.
 *
 * @throws with the last lines of the build's log.
 */
export async function buildImage(
  engine: Engine,
  name: string,
  build: Build,
  prepared: PreparedBuild,
  log: (message: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const tail: string[] = [];
  log(`building ${name}`);
  const lines = engine.lines<{ stream?: string; status?: string; error?: string }>("POST", "/build", {
    query: buildQuery(name, build, prepared),
    tar: prepared.context,
    signal,
  });
  for await (const line of lines) {
    if (line.error !== undefined) throw buildFailed(name, build, line.error, tail);
    const text = (line.stream ?? line.status ?? "").trimEnd();
    if (text === "") continue;
    tail.push(...text.split("\n"));
    tail.splice(0, tail.length - keptLogLines);
    if (/^Step \d+/.test(text)) log(`${name}: ${text.split("\n")[0]}`);
  }
}

/** The options of a build in the words of the engine's interface. */
export function buildQuery(name: string, build: Build, prepared: Pick<PreparedBuild, "dockerfile" | "hash">): Query {
  return {
    t: [name, ...(build.tags ?? [])],
    dockerfile: prepared.dockerfile,
    buildargs: JSON.stringify(build.buildArgs ?? {}),
    labels: JSON.stringify({ ...build.label, ...build.labels, [hashLabel]: prepared.hash }),
    target: build.target,
    platform: build.platform,
    networkmode: build.networkMode,
    extrahosts: build.extraHosts?.join(","),
    nocache: build.noCache,
    pull: build.pullParent,
    rm: build.remove ?? true,
    forcerm: build.forceRemove ?? true,
    squash: build.squash,
    q: build.suppressOutput,
    memory: build.memory,
    memswap: build.memorySwap,
    cpushares: build.cpuShares,
    cpuperiod: build.cpuPeriod,
    cpuquota: build.cpuQuota,
    cpusetcpus: build.cpuSetCpus,
    cpusetmems: build.cpuSetMems,
    cgroupparent: build.cgroupParent,
    shmsize: build.shmSize,
  };
}

function buildFailed(name: string, build: Build, reason: string, tail: readonly string[]): Error {
  return new Error(
    `the image ${name} could not be built from ${build.context}: ${reason.trim()}. The last lines of the build:\n` +
      `${tail.map((line) => `  ${line}`).join("\n")}\n` +
      `To see it all: docker build ${build.context}`,
  );
}

function sorted(record: object): [string, unknown][] {
  return Object.entries(record)
    .filter(([, value]) => value !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
}
