import type { Resource } from "@pulumi/pulumi";
import { ClusterIdentity } from "../../resources/cluster-identity.ts";
import type { ConsensusSettings } from "../consensus/args.ts";
import type { ConsensusStore } from "../consensus/consensus.ts";
import { memoryOf } from "../server-settings/index.ts";
import type { ClusterSettings } from "./args.ts";
import { maxConnections, serverParameters } from "./server-parameters.ts";

/** What the members find each other in, as far as a running cluster cannot change it. */
export function storeIdentity(store: ConsensusSettings | ConsensusStore): string {
  if (store.kind !== "etcd") return store.kind;
  return `etcd with ${"members" in store ? store.members : store.endpoints.length} members`;
}

/** The resource that refuses a change of what a cluster is for life; what comes after it is not touched then. */
export function clusterIdentity(
  name: string,
  scope: string,
  settings: ClusterSettings,
  libraries: readonly string[],
  store: ConsensusSettings | ConsensusStore,
  parent: Resource,
): ClusterIdentity {
  const { superuser, version, memory } = settings;
  const connections = maxConnections(settings);
  const memoryUse = Math.ceil(memoryOf(serverParameters(settings, libraries), { connections }));
  const args = { scope, superuser, version, store: storeIdentity(store), memory, memoryUse };
  return new ClusterIdentity(`${name}-identity`, args, { parent });
}
