import { assumedConnections } from "../cluster/args.ts";
import { databaseUsers } from "../databases/privileges.ts";
import { type PoolUser, serverConnections } from "../pools/rules.ts";
import type { HaPostgresSettings } from "./args.ts";

type Parts = Pick<HaPostgresSettings, "pools" | "databases" | "roles">;

/** For what goes past the pools: people, monitoring, `up` itself, Patroni. */
const besidePools = 20;

/** Server connections that a pool's PgBouncers open at most, all together. */
export function connectionsOf(purpose: "write" | "read", { pools, databases, roles }: Parts): number {
  return pools[purpose].instances * serverConnections(pools[purpose], poolUsers({ pools, databases, roles }));
}

/** Every PgBouncer: when no replica is fit, those of both pools open their connections on the primary. */
export function poolers({ pools }: Pick<Parts, "pools">): number {
  return pools.write.instances + pools.read.instances;
}

/** Who comes through the pools. What a role's limit lets it open is shared out among all of them. */
export function poolUsers({ pools, databases, roles }: Parts): readonly PoolUser[] {
  return databaseUsers({ databases, roles }).map(({ role, databases, connectionLimit }) => ({
    ...{ role, databases },
    ...(connectionLimit === undefined ? {} : { most: Math.max(1, Math.floor(connectionLimit / poolers({ pools }))) }),
  }));
}

/** Server connections that the pools open at most, all on one server: the read pool comes to the primary when no replica is fit. */
export function poolConnections(parts: Parts): number {
  return connectionsOf("write", parts) + connectionsOf("read", parts);
}

/** Server connections that a member is made for, where nobody says how many. */
export function plannedConnections(parts: Parts): number {
  return Math.max(assumedConnections, Math.ceil((poolConnections(parts) + besidePools) / 50) * 50);
}
