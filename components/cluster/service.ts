import type { Output } from "@pulumi/pulumi";
import type { Instance, Service, ServiceFile } from "../../platforms/service.ts";
import { type BucketAccess, s3cmdConfig } from "../bucket/access.ts";
import type { ConsensusStore } from "../consensus/consensus.ts";
import { leaderElection } from "../consensus/kubernetes.ts";
import type { ClusterSettings } from "./args.ts";
import { configFolder, ownRoles, ownRolesScript, passwordFile } from "./own-roles.ts";
import { patroniBootstrap, patroniConfig, patroniEnvironment } from "./patroni.ts";
import { patroniPort, postgresPort } from "./ports.ts";
import { sharedMemory } from "./server-parameters.ts";

export interface MemberInputs {
  readonly name: string;
  readonly cluster: string;
  readonly settings: ClusterSettings;
  readonly store: ConsensusStore;
  readonly members: readonly Instance[];
  readonly packages: readonly string[];
  readonly libraries: readonly string[];
  readonly secrets: Output<string>;
  /** Where partitions are archived. */
  readonly bucket?: BucketAccess;
  /** Of the system's own roles. */
  readonly rolePasswords: Readonly<Record<string, Output<string>>>;
}

/** PostgreSQL under Patroni, described for any platform. */
export function memberService(inputs: MemberInputs): Service {
  const { settings, store } = inputs;
  return {
    name: inputs.name,
    role: "postgres",
    buildArguments: { PG_MAJOR: String(settings.version), EXTENSION_PACKAGES: inputs.packages.join(" ") },
    instances: settings.members,
    environment: (instance) => patroniEnvironment(instance, store),
    files: [
      {
        path: `${configFolder}/patroni.yml`,
        content: patroniConfig(inputs.cluster, settings, store, inputs.members),
      },
      { path: `${configFolder}/bootstrap.yml`, content: patroniBootstrap(settings, inputs.libraries), once: true },
      { path: `${configFolder}/secrets.yml`, content: inputs.secrets, secret: true },
      { path: ownRolesScript, content: ownRoles(settings.superuser), executable: true },
      ...Object.entries(inputs.rolePasswords).map(([role, content]) => ({
        path: passwordFile(role),
        content,
        secret: true,
      })),
      ...bucketFiles(inputs.bucket),
    ],
    volumes: [{ name: "data", path: "/var/lib/postgresql", size: settings.volumeSize }],
    ports: [
      { name: "postgres", port: postgresPort },
      { name: "patroni", port: patroniPort },
      ...(store.kind === "raft" ? [{ name: "raft", port: store.port }] : []),
    ],
    user: 999,
    health: { command: ["/usr/local/bin/healthy"], interval: 5, timeout: 3, retries: 3, startPeriod: 120 },
    limits: {
      memory: settings.memory,
      ...(settings.cores === undefined ? {} : { cores: settings.cores }),
      sharedMemory,
    },
    ...(store.kind === "kubernetes" ? { leaderElection: leaderElection(inputs.cluster) } : {}),
    // Patroni hands the lock over and stops PostgreSQL with a checkpoint; more haste would mean crash recovery.
    stop: { signal: "SIGTERM", grace: 60 },
    waitForHealth: false,
  };
}

/** What the image's `archive-partition` reads. */
function bucketFiles(bucket: BucketAccess | undefined): ServiceFile[] {
  if (bucket === undefined) return [];
  return [
    { path: `${configFolder}/s3-bucket`, content: bucket.bucket },
    { path: `${configFolder}/s3cfg`, content: s3cmdConfig(bucket), secret: true },
  ];
}
