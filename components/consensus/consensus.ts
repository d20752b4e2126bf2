import { ComponentResource, type ComponentResourceOptions, type Resource } from "@pulumi/pulumi";
import type { Platform } from "../../platforms/service.ts";
import { parseArguments } from "../arguments.ts";
import { type ConsensusArgs, consensusArgs } from "./args.ts";
import { etcdEndpoints, etcdService } from "./etcd.ts";

/** How a Patroni member reaches the store that says who leads. */
export type ConsensusStore =
  | { readonly kind: "etcd"; readonly endpoints: readonly string[] }
  | { readonly kind: "raft"; readonly port: number };

export interface ConsensusOptions {
  readonly platform: Platform;
  /** Tells the etcd clusters of one network apart. */
  readonly cluster: string;
  readonly consensus?: ConsensusArgs;
}

/**
 * The distributed store of a Patroni cluster: etcd with volumes of its own or, for Raft, nothing but a port on the members.
 * Its volumes hold who leads and the cluster's dynamic configuration, no rows.
 */
export class Consensus extends ComponentResource {
  readonly store: ConsensusStore;
  readonly placed: readonly Resource[];

  constructor(name: string, args: ConsensusOptions, opts?: ComponentResourceOptions) {
    super("pulumi-postgres-ha:components:Consensus", name, {}, opts);
    const settings = parseArguments(`Consensus ${name}`, consensusArgs, args.consensus ?? { kind: "etcd" });
    if (settings.kind === "raft") {
      this.store = { kind: "raft", port: settings.port };
      this.placed = [];
    } else {
      const members = args.platform.instances("etcd", settings.members);
      const service = args.platform.place(etcdService("etcd", args.cluster, settings, members), { parent: this });
      this.store = { kind: "etcd", endpoints: etcdEndpoints(members) };
      this.placed = service.resources;
    }
    this.registerOutputs({});
  }
}
