import { CustomResource, type CustomResourceOptions } from "@pulumi/pulumi";

export interface ClusterIdentityArgs {
  /** Patroni's `scope`. */
  readonly scope: string;
  readonly superuser: string;
  /** The major version of PostgreSQL. */
  readonly version: number;
  /** Where the members find who leads. */
  readonly store: string;
}

/** What a cluster keeps for its whole life. A preview refuses a change, before anything that depends on it is touched. */
export class ClusterIdentity extends CustomResource {
  constructor(name: string, args: ClusterIdentityArgs, opts?: CustomResourceOptions) {
    super("postgres-ha:index:ClusterIdentity", name, { ...args }, opts);
  }
}
