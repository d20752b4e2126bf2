import { statfs } from "node:fs/promises";
import { createServer } from "node:net";
import Docker from "dockerode";
import { InvalidArguments, type Problem } from "../../components/arguments.ts";
import type { DockerPlatformSettings } from "./args.ts";
import { type PublishedPort, type Publisher, portProblem, publisherOf, spaceProblems } from "./obstacles.ts";
import { portHolder } from "./port-holder.ts";

/** A port that clients shall use, and the argument that sets it. */
export interface WantedPort {
  readonly path: readonly string[];
  readonly port: number;
  /** Instances of the service: each is published on an address of its own, as long as there are addresses. */
  readonly instances: number;
}

/**
 * Looks at the engine before anything is created: does it answer, is there room, is every port free or this stack's own.
 * @throws {InvalidArguments} with everything that stands in the way.
 */
export async function preflight(settings: DockerPlatformSettings, ports: readonly WantedPort[]): Promise<void> {
  const docker = new Docker();
  const info = await docker.info().catch((error: unknown) => {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InvalidArguments("Docker engine", [
      {
        path: "",
        message: `it does not answer at ${process.env.DOCKER_HOST ?? "/var/run/docker.sock"} (${reason}); start it, or set DOCKER_HOST to one that runs`,
      },
    ]);
  });
  const problems = [
    ...(await roomProblems(info.DockerRootDir)),
    ...(await portProblems(settings.name, await docker.listContainers(), published(settings, ports))),
  ];
  if (problems.length > 0) throw new InvalidArguments("Nothing was started", problems);
}

/** The ports of this machine that a stack takes. */
export function published(
  { addresses, portOffset }: Pick<DockerPlatformSettings, "addresses" | "portOffset">,
  ports: readonly WantedPort[],
): PublishedPort[] {
  return ports.flatMap(({ path, port, instances }) =>
    addresses.slice(0, instances).map((address) => ({ path, address, port: port + portOffset })),
  );
}

async function roomProblems(folder: string): Promise<Problem[]> {
  // The engine may run elsewhere (a virtual machine, another host); its folder is then not ours to see.
  const stats = await statfs(folder).catch(() => undefined);
  return stats === undefined ? [] : spaceProblems(folder, stats.bavail * stats.bsize);
}

async function portProblems(
  stack: string,
  containers: readonly Publisher[],
  wanted: readonly PublishedPort[],
): Promise<Problem[]> {
  const checks = wanted.map(async (port): Promise<Problem[]> => {
    const container = publisherOf(containers, port);
    if (container?.Labels["pulumi-postgres-ha.stack"] === stack) return [];
    const failure = await bindFailure(port.address, port.port);
    if (failure === undefined) return [];
    const name = container?.Names[0]?.replace(/^\//, "");
    return [portProblem(port, failure, name === undefined ? await portHolder(port.port) : `the container ${name}`)];
  });
  return (await Promise.all(checks)).flat();
}

/** The error code with which a port cannot be had, or `undefined` where it can. */
function bindFailure(address: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen({ host: address, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
