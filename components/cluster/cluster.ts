import { all, ComponentResource, type ComponentResourceOptions, type Output, type Resource } from "@pulumi/pulumi";
import type { Instance, InstanceAddress, Platform } from "../../platforms/service.ts";
import { PatroniConfiguration } from "../../resources/patroni-configuration.ts";
import { parseArguments, type Rule } from "../arguments.ts";
import type { BucketAccess } from "../bucket/access.ts";
import type { ConsensusStore } from "../consensus/consensus.ts";
import { password } from "../credentials/index.ts";
import { type ExtensionName, extensionLibraries, extensionNames, extensionPackages } from "../databases/extensions.ts";
import { type ClusterArgs, type ClusterSettings, clusterArgs } from "./args.ts";
import { dynamicConfiguration } from "./dynamic-configuration.ts";
import { clusterIdentity } from "./identity.ts";
import { poolerRole, replicationRole, rewindRole } from "./own-roles.ts";
import { patroniSecrets } from "./patroni.ts";
import { patroniPort, postgresPort } from "./ports.ts";
import { clusterRules } from "./rules.ts";
import { memberService } from "./service.ts";

export interface PatroniClusterOptions {
  readonly platform: Platform;
  /** Patroni's `scope`: the cluster's name in the store. */
  readonly scope: string;
  readonly store: ConsensusStore;
  /** What must run before a member can start, e.g. the etcd members. */
  readonly after?: readonly Resource[];
  readonly cluster?: ClusterArgs;
  /** What refuses a change of what the cluster is for life; default: one of its own. */
  readonly identity?: Resource;
  /** Where partitions are archived that are to leave the cluster. */
  readonly bucket?: BucketAccess;
  /** Extensions that any database of the cluster uses: the image gets their packages, the servers their libraries. */
  readonly extensions?: readonly ExtensionName[];
}

/** Someone who may log in. */
export interface Login {
  readonly user: string;
  readonly password: Output<string>;
}

/** A PostgreSQL server of the cluster, for those who route to it. */
export interface Member extends Instance {
  readonly postgresPort: number;
  readonly patroniPort: number;
}

/**
 * PostgreSQL servers under Patroni: one primary and its replicas, each with a volume of its own.
 * The volumes and the generated passwords are protected; a member is replaced without touching its volume.
 */
export class PatroniCluster extends ComponentResource {
  readonly members: readonly Member[];
  readonly superuser: Login;
  /** The role as which poolers look up their clients' passwords. */
  readonly pooler: Login;
  /** What runs the members, for those who come after them. */
  readonly placed: readonly Resource[];
  readonly storage: readonly Resource[];

  constructor(name: string, args: PatroniClusterOptions, opts?: ComponentResourceOptions) {
    super("pulumi-postgres-ha:components:PatroniCluster", name, {}, opts);
    const extensions = args.extensions ?? [];
    const libraries = extensionLibraries(extensions);
    const rules = clusterRules.map((rule): Rule<ClusterSettings> => {
      return (settings) => rule(settings, () => ({ names: extensions, libraries }));
    });
    const settings = parseArguments(`PatroniCluster ${name}`, clusterArgs, args.cluster ?? {}, rules);

    const superuser = password(`${name}-superuser`, this);
    const replication = password(`${name}-replication`, this);
    const rewind = password(`${name}-rewind`, this);
    const restApi = password(`${name}-rest-api`, this);
    const pooler = password(`${name}-pooler`, this);
    const secrets = all([superuser, replication, rewind, restApi]).apply(([superuser, replication, rewind, restApi]) =>
      patroniSecrets(settings.superuser, { superuser, replication, rewind, restApi }),
    );

    const identity = args.identity ?? clusterIdentity(name, args.scope, settings, libraries, args.store, this);
    const instances = args.platform.instances("postgres", settings.members);
    const service = args.platform.place(
      memberService({
        name: "postgres",
        cluster: args.scope,
        settings,
        store: args.store,
        members: instances,
        // All of them, whatever the databases declare: one more extension must not replace the servers.
        packages: extensionPackages(extensionNames, settings.version),
        libraries,
        secrets,
        ...(args.bucket ? { bucket: args.bucket } : {}),
        rolePasswords: { [replicationRole]: replication, [rewindRole]: rewind, [poolerRole]: pooler },
      }),
      { parent: this, dependsOn: [identity, ...(args.after ?? [])] },
    );
    new PatroniConfiguration(
      `${name}-configuration`,
      {
        members: instances.map(({ name }, index) => ({
          name,
          instance: service.addresses[index] as Output<InstanceAddress>,
        })),
        superuser: settings.superuser,
        configuration: dynamicConfiguration(settings, libraries),
        restarts: settings.restarts,
      },
      { parent: this, dependsOn: [...service.resources] },
    );

    this.members = instances.map((instance) => ({ ...instance, postgresPort, patroniPort }));
    this.superuser = { user: settings.superuser, password: superuser };
    this.pooler = { user: poolerRole, password: pooler };
    this.placed = service.resources;
    this.storage = service.storage;
    this.registerOutputs({});
  }
}
