import type { ComponentResource, Input, Output, Resource } from "@pulumi/pulumi";

/** The programs that an image can be built for; each is a folder of `images/`. */
export type Role = "postgres" | "etcd" | "haproxy" | "pgbouncer" | "minio";

/** One running copy of a service, as the service itself sees it. */
export interface Instance {
  /** Unique in the stack, e.g. `postgres-1`. A platform may pass a variable that it expands itself. */
  readonly name: string;
  /** The host name under which the other services of the stack reach this instance. */
  readonly host: string;
}

export interface ServiceFile {
  /** Absolute path inside the instance. Readable by the instance's user only where `secret` is set. */
  readonly path: string;
  readonly content: Input<string>;
  readonly secret?: boolean;
  readonly executable?: boolean;
  /** Read at the very first start only: another content is no change of what runs. */
  readonly once?: boolean;
}

/** A folder that outlives its instance. A platform never removes one unless asked for that by name. */
export interface ServiceVolume {
  readonly name: string;
  readonly path: string;
  /** MiB, where the platform's volumes have a size; default: the platform's own. */
  readonly size?: number;
}

export interface ServicePort {
  readonly name: string;
  /** The port on which every instance listens. */
  readonly port: number;
  /** Reachable from outside the stack where the platform's configuration allows it. Default: false. */
  readonly exposed?: boolean;
}

export interface HealthCheck {
  readonly command: readonly string[];
  /** Seconds. */
  readonly interval: number;
  /** Seconds. */
  readonly timeout: number;
  readonly retries: number;
  /** Seconds in which a failing check does not count. */
  readonly startPeriod: number;
}

/** What a service may use. */
export interface Limits {
  /** MiB. */
  readonly memory: number;
  /** Processors; default: no limit. */
  readonly cores?: number;
  /** MiB of shared memory (`/dev/shm`). */
  readonly sharedMemory?: number;
  /** File descriptors that the program needs at least; default: what the platform gives. */
  readonly openFiles?: number;
}

/** An election of a leader that the instances of a service hold through their platform's own store. */
export interface LeaderElection {
  /** On every instance, and on every object of the election: by them the instances find each other. */
  readonly labels: Readonly<Record<string, string>>;
  /** The names of the objects that the instances make and write. Nobody else may declare them. */
  readonly objects: readonly string[];
}

/** A service, said without saying where it runs. Every instance gets the same files; what differs comes from `environment`. */
export interface Service {
  readonly name: string;
  readonly role: Role;
  /** Values for the `ARG`s of the image. */
  readonly buildArguments?: Readonly<Record<string, string>>;
  readonly instances: number;
  readonly command?: readonly string[];
  /** Not for secrets: anyone who may inspect the instance can read it. */
  readonly environment?: (instance: Instance) => Readonly<Record<string, string>>;
  readonly files: readonly ServiceFile[];
  readonly volumes: readonly ServiceVolume[];
  readonly ports: readonly ServicePort[];
  /** Numeric, as in the image. */
  readonly user: number;
  readonly health: HealthCheck;
  readonly limits: Limits;
  /** Only where the platform has a store for it: `Platform.electionStore`. Default: the instances may ask nothing of their platform. */
  readonly leaderElection?: LeaderElection;
  /** A signal that ends the program without harm, and the seconds it is given. */
  readonly stop: { readonly signal: string; readonly grace: number };
  /** Whether an instance counts as created only once it is healthy. No instance may need another of its service for that. */
  readonly waitForHealth: boolean;
}

/** A service as far as it is known before it is placed: for platforms on which the services share something, such as a machine's ports. */
export interface PlannedService {
  readonly name: string;
  readonly instances: number;
  /** The setting that says how many instances there are, e.g. `cluster.members`. */
  readonly setting: string;
  readonly ports: readonly PlannedPort[];
  /** The service whose `address` its instances use. */
  readonly reaches?: string;
}

export interface PlannedPort {
  readonly port: number;
  /** The setting that chooses the number; none where it is fixed. */
  readonly setting?: string;
}

/** Where a client outside the stack finds a port. */
export interface Endpoint {
  readonly host: string;
  readonly port: number;
}

/** How a running instance is reached by those who change or ask something in it. */
export type InstanceAddress =
  | {
      readonly docker: {
        /** The container's id. */
        readonly container: string;
        /** The container's name, for people. */
        readonly name: string;
        /** The engine, as the Docker provider's `host` says it; default: `DOCKER_HOST`, else the engine of this machine. */
        readonly host?: string;
      };
    }
  | { readonly kubernetes: { readonly namespace: string; readonly pod: string } };

/** A service that a platform runs. */
export interface PlacedService {
  readonly instances: readonly Instance[];
  readonly resources: readonly Resource[];
  /** How each instance is reached, in the order of `instances`; known once its files are in it. */
  readonly addresses: readonly Output<InstanceAddress>[];
  /** The resources that hold the data; empty for a service without volumes. */
  readonly storage: readonly Resource[];
  /** Of an exposed port. */
  endpoint(port: string): Endpoint;
}

export interface PlaceOptions {
  readonly parent: ComponentResource;
  readonly dependsOn?: readonly Resource[];
}

/** A platform's own store for elections: the Kubernetes API, and the namespace whose objects the instances may write. */
export interface ElectionStore {
  readonly namespace: string;
}

/** How services run somewhere. One implementation for each kind of environment. */
export interface Platform {
  /** The instances that a service of this name and size has, before it is placed. */
  instances(service: string, count: number): readonly Instance[];
  /**
   * One host name under which the instances of other services reach a service, whichever of its instances answers: all of them by turns where the
   * platform has names of its own, the one on the same machine where each machine has its own (`PlannedService.reaches`).
   */
  address(service: string): string;
  /** Where instances may hold an election of a leader through the platform itself; only platforms that can have it. */
  readonly electionStore?: ElectionStore;
  place(service: Service, options: PlaceOptions): PlacedService;
}
