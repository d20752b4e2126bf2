import { assumedConnections } from "../cluster/args.ts";
import type { HaPostgresSettings } from "./args.ts";

type Parts = Pick<HaPostgresSettings, "pools" | "databases">;

/** Server connections with which a pooler looks passwords up, at most. */
export const lookupConnections = 2;
/** For what goes past the pools: people, monitoring, `up` itself. */
const besidePools = 20;

/**
 * Server connections that the pools open at most, all on one server: the read pool comes to the primary when no replica is fit.
 * A pooler has a pool for each database and the user who is declared for it: its owner.
 */
export function poolConnections({ pools, databases }: Parts): number {
  return [pools.write, pools.read]
    .map(({ instances, defaultPoolSize }) => instances * (databases.length * defaultPoolSize + lookupConnections))
    .reduce((sum, connections) => sum + connections, 0);
}

/** Server connections that a member is made for, where nobody says how many. */
export function plannedConnections(parts: Parts): number {
  return Math.max(assumedConnections, Math.ceil((poolConnections(parts) + besidePools) / 50) * 50);
}
