import { assumedConnections } from "../cluster/args.ts";
import { serverConnections } from "../pools/rules.ts";
import type { HaPostgresSettings } from "./args.ts";

type Parts = Pick<HaPostgresSettings, "pools" | "databases">;

/** For what goes past the pools: people, monitoring, `up` itself, Patroni. */
const besidePools = 20;

/** Server connections that a pool's PgBouncers open at most, all together. */
export function connectionsOf(purpose: "write" | "read", { pools, databases }: Parts): number {
  return pools[purpose].instances * serverConnections(pools[purpose], databases.length);
}

/** Server connections that the pools open at most, all on one server: the read pool comes to the primary when no replica is fit. */
export function poolConnections(parts: Parts): number {
  return connectionsOf("write", parts) + connectionsOf("read", parts);
}

/** Server connections that a member is made for, where nobody says how many. */
export function plannedConnections(parts: Parts): number {
  return Math.max(assumedConnections, Math.ceil((poolConnections(parts) + besidePools) / 50) * 50);
}
