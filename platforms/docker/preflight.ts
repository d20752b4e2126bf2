import { statfs } from "node:fs/promises";
import { createServer } from "node:net";
import Docker from "dockerode";
import { InvalidArguments, type Problem } from "../../components/arguments.ts";
import type { DockerPlatformSettings } from "./args.ts";
import { portHolder } from "./port-holder.ts";

/** A port that clients shall use, and the argument that sets it. */
export interface WantedPort {
  readonly path: readonly string[];
  readonly port: number;
}

/** Bytes below which a start is refused: three fresh servers with their write-ahead logs, and some room. */
const leastFreeSpace = 2 * 1024 ** 3;

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
  const problems = [...(await spaceProblems(info.DockerRootDir)), ...(await portProblems(docker, settings, ports))];
  if (problems.length > 0) throw new InvalidArguments("Nothing was started", problems);
}

async function spaceProblems(folder: string): Promise<Problem[]> {
  // The engine may run elsewhere (a virtual machine, another host); its folder is then not ours to see.
  const stats = await statfs(folder).catch(() => undefined);
  if (stats === undefined) return [];
  const free = stats.bavail * stats.bsize;
  if (free >= leastFreeSpace) return [];
  const mib = (bytes: number) => `${Math.floor(bytes / 1024 ** 2)} MiB`;
  return [
    {
      path: "disk",
      message: `${mib(free)} are free in ${folder}, at least ${mib(leastFreeSpace)} are needed; free some (docker system df shows what Docker holds)`,
    },
  ];
}

async function portProblems(
  docker: Docker,
  settings: DockerPlatformSettings,
  wanted: readonly WantedPort[],
): Promise<Problem[]> {
  const own = `pulumi-postgres-ha.stack=${settings.name}`;
  const containers = await docker.listContainers();
  const checks = wanted.flatMap(({ path, port }) =>
    settings.addresses.map(async (address): Promise<Problem[]> => {
      const published = port + settings.portOffset;
      const holder = containers.find(({ Ports }) =>
        Ports.some(({ PublicPort, IP }) => PublicPort === published && [address, "0.0.0.0", "::"].includes(IP ?? "")),
      );
      if (holder !== undefined && `pulumi-postgres-ha.stack=${holder.Labels["pulumi-postgres-ha.stack"]}` === own) {
        return [];
      }
      const failure = await bindFailure(address, published);
      if (failure === undefined) return [];
      const who =
        holder === undefined ? await portHolder(published) : `the container ${holder.Names[0]?.replace(/^\//, "")}`;
      return [{ path: path.join("."), message: explain(failure, address, published, who) }];
    }),
  );
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

function explain(code: string, address: string, port: number, holder: string | undefined): string {
  if (code === "EADDRINUSE") {
    const who = holder === undefined ? "another program" : holder;
    return `port ${port} on ${address} is in use by ${who}; stop that, or choose another port, or set docker.portOffset`;
  }
  if (code === "EADDRNOTAVAIL") {
    return `${address} is no address of this machine; set docker.addresses to those that it has, e.g. ["127.0.0.1"]`;
  }
  if (code === "EACCES")
    return `port ${port} on ${address} needs privileges; choose one above 1023 or set docker.portOffset`;
  return `port ${port} on ${address} cannot be had (${code})`;
}
