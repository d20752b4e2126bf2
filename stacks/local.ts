import { exposedPorts, HaPostgres } from "../components/index.ts";
import { DockerPlatform } from "../platforms/docker/index.ts";
import { preflight } from "../platforms/docker/preflight.ts";
import type { StackSettings } from "./schema.ts";

/** The whole system on one Docker engine. */
export async function local({ environment: _, docker, ...settings }: StackSettings): Promise<HaPostgres> {
  await preflight(docker, exposedPorts(settings));
  const platform = new DockerPlatform(docker.name, docker);
  return new HaPostgres(docker.name, { platform, ...settings });
}
