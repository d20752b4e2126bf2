import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import type { Instance, Platform, Service } from "../../platforms/service.ts";
import { parseArguments, type Rule } from "../arguments.ts";
import type { Login } from "../cluster/cluster.ts";
import { openFiles } from "../open-files.ts";
import { type PoolArgs, type PoolSettings, readPoolArgs, writePoolArgs } from "./args.ts";
import { type PoolPurpose, type PoolTarget, pgbouncerConfig, poolerPorts, userList } from "./pgbouncer.ts";
import { type PoolUser, poolRules } from "./rules.ts";

export interface PoolOptions {
  readonly platform: Platform;
  readonly purpose: PoolPurpose;
  /** Where the pool finds its servers: the balancer's port for the primary or for the replicas. */
  readonly target: PoolTarget;
  /** The role that looks up the clients' passwords. */
  readonly lookup: Login;
  /** May use the admin console (`SHOW POOLS`, `PAUSE`, `RELOAD`). */
  readonly admin: string;
  /** What is placed first, e.g. the servers that this leads to. */
  readonly after?: readonly Resource[];
  readonly pool?: PoolArgs;
  /** The roles whose clients come through it. Default: one, without a limit. */
  readonly users?: readonly PoolUser[];
}

const somebody: readonly PoolUser[] = [{ role: "somebody", databases: 1 }];

/** The name of a pool's service. */
export function poolService(purpose: PoolPurpose): string {
  return `pgbouncer-${purpose}`;
}

function describe(options: PoolOptions, settings: PoolSettings): Service {
  const { purpose, lookup, target, admin, users } = options;
  const port = poolerPorts[purpose];
  return {
    name: poolService(purpose),
    role: "pgbouncer",
    instances: settings.instances,
    // For the health check.
    environment: () => ({ PGBOUNCER_PORT: String(port) }),
    files: [
      {
        path: "/etc/pgbouncer/pgbouncer.ini",
        content: pgbouncerConfig(settings, port, target, { lookup: lookup.user, admin, limited: users ?? [] }),
      },
      {
        path: "/etc/pgbouncer/userlist.txt",
        content: lookup.password.apply((password) => userList(lookup.user, password)),
        secret: true,
      },
    ],
    volumes: [],
    ports: [{ name: "pool", port }],
    user: 999,
    health: { command: ["/usr/local/bin/healthy"], interval: 10, timeout: 3, retries: 3, startPeriod: 10 },
    limits: { memory: settings.memory, openFiles },
    // PgBouncer waits for its clients on SIGTERM; SIGINT lets them go.
    stop: { signal: "SIGINT", grace: 10 },
    waitForHealth: false,
  };
}

/** PgBouncers that share one purpose: to write, on the primary, or to read, on the replicas. */
export class Pool extends ComponentResource {
  readonly poolers: readonly Instance[];

  constructor(name: string, args: PoolOptions, opts?: ComponentResourceOptions) {
    super("pulumi-postgres-ha:components:Pool", name, {}, opts);
    const schema = args.purpose === "write" ? writePoolArgs : readPoolArgs;
    const rules = poolRules.map(
      (rule): Rule<PoolSettings> =>
        (settings) =>
          rule(settings, () => args.users ?? somebody),
    );
    const settings = parseArguments(`Pool ${name}`, schema, args.pool ?? {}, rules);
    this.poolers = args.platform.place(describe(args, settings), {
      parent: this,
      ...(args.after ? { dependsOn: args.after } : {}),
    }).instances;
    this.registerOutputs({});
  }
}
