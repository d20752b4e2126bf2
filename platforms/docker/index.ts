export type { DockerPlatformArgs } from "./args.ts";
export { DockerPlatform } from "./docker-platform.ts";
