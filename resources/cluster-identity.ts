import { CustomResource, type CustomResourceOptions } from "@pulumi/pulumi";

export interface ClusterIdentityArgs {
  /** Patroni's `scope`. */
  readonly scope: string;
  readonly superuser: string;
  /** The major version of PostgreSQL. */
  readonly version: number;
  /** Where the members find who leads. */
  readonly store: string;
  /** The limit of each member, in MiB. */
  readonly memory: number;
  /** What the declared settings may use of it, in MiB. */
  readonly memoryUse: number;
}

/**
 * What a cluster keeps for its whole life, and what it needs until its servers are restarted. A preview refuses a change that would
 * break it, before anything that depends on it is touched.
 */
export class ClusterIdentity extends CustomResource {
  constructor(name: string, args: ClusterIdentityArgs, opts?: CustomResourceOptions) {
    super("postgres-ha:index:ClusterIdentity", name, { ...args }, opts);
  }
}
