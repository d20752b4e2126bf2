import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import type { Platform } from "../../platforms/service.ts";
import { InvalidArguments, parseArguments } from "../arguments.ts";
import { type ConsensusArgs, type ConsensusSettings, consensusArgs } from "./args.ts";
import { noElectionStore } from "./election-store.ts";
import { etcdEndpoints, etcdService } from "./etcd.ts";

/** How a Patroni member reaches the store that says who leads. */
export type ConsensusStore =
  | { readonly kind: "etcd"; readonly endpoints: readonly string[] }
  | { readonly kind: "raft"; readonly port: number }
  | { readonly kind: "kubernetes"; readonly namespace: string };

export interface ConsensusOptions {
  readonly platform: Platform;
  /** Tells the etcd clusters of one network apart. */
  readonly cluster: string;
  readonly consensus?: ConsensusArgs;
  /** What comes before it. */
  readonly after?: readonly Resource[];
}

/**
 * The distributed store of a Patroni cluster: etcd with volumes of its own or, for Raft, nothing but a port on the members, or the API of the Kubernetes
 * cluster that they run in. Its volumes hold who leads and the cluster's dynamic configuration, no rows.
 */
export class Consensus extends ComponentResource {
  readonly store: ConsensusStore;
  readonly placed: readonly Resource[];

  constructor(name: string, args: ConsensusOptions, opts?: ComponentResourceOptions) {
    super("pulumi-postgres-ha:components:Consensus", name, {}, opts);
    const settings = parseArguments(`Consensus ${name}`, consensusArgs, args.consensus ?? { kind: "etcd" });
    const { store, placed } = this.#settle(name, args, settings);
    this.store = store;
    this.placed = placed;
    this.registerOutputs({});
  }

  #settle(name: string, { platform, cluster, after }: ConsensusOptions, settings: ConsensusSettings): Settled {
    switch (settings.kind) {
      case "raft":
        return { store: { kind: "raft", port: settings.port }, placed: [] };
      case "kubernetes":
        if (platform.electionStore === undefined)
          throw new InvalidArguments(`Consensus ${name}`, [noElectionStore("kind")]);
        return { store: { kind: "kubernetes", namespace: platform.electionStore.namespace }, placed: [] };
      case "etcd": {
        const members = platform.instances("etcd", settings.members);
        const service = platform.place(etcdService("etcd", cluster, settings, members), {
          parent: this,
          ...(after ? { dependsOn: after } : {}),
        });
        return { store: { kind: "etcd", endpoints: etcdEndpoints(members) }, placed: service.resources };
      }
    }
  }
}

interface Settled {
  readonly store: ConsensusStore;
  readonly placed: readonly Resource[];
}
