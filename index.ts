export * from "./components/index.ts";
export { DockerPlatform, type DockerPlatformArgs } from "./platforms/docker/index.ts";
export type {
  ElectionStore,
  Endpoint,
  HealthCheck,
  Instance,
  LeaderElection,
  Limits,
  PlacedService,
  PlaceOptions,
  Platform,
  Role,
  Service,
  ServiceFile,
  ServicePort,
  ServiceVolume,
} from "./platforms/service.ts";
