import { exposedPorts, HaPostgres } from "../components/index.ts";
import { DockerPlatform } from "../platforms/docker/index.ts";
import { preflight, type WantedPort } from "../platforms/docker/preflight.ts";
import type { LocalSettings } from "./schema.ts";

/** The whole system on one Docker engine. */
export async function local({ environment: _, docker, ...settings }: LocalSettings): Promise<HaPostgres> {
  await preflight(docker, wantedPorts(settings));
  const platform = new DockerPlatform(docker.name, docker);
  return new HaPostgres(docker.name, { platform, ...settings });
}

/** What clients use: the balancers' ports, of each balancer, and the one of the bucket's only server. */
export function wantedPorts(settings: Pick<LocalSettings, "balancer" | "bucket">): WantedPort[] {
  return exposedPorts(settings).map((port) => ({
    ...port,
    instances: port.path[0] === "balancer" ? settings.balancer.instances : 1,
  }));
}
