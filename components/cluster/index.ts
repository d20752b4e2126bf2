export type { ClusterArgs } from "./args.ts";
export { type Login, type Member, PatroniCluster, type PatroniClusterOptions } from "./cluster.ts";
export { clusterIdentity } from "./identity.ts";
