import type { Problem } from "../arguments.ts";
import { openFiles } from "../open-files.ts";
import { sizeText } from "../units.ts";
import type { PoolSettings } from "./args.ts";

/** Server connections with which a PgBouncer looks passwords up, at most. */
export const lookupConnections = 2;
/** Files that a PgBouncer has open beside its connections. */
const otherFiles = 64;

/** MiB of a PgBouncer without connections. */
const idleMemory = 16;
/** MiB of a connection: PgBouncer's buffers and prepared statements, and the kernel's for its socket. */
const memoryOfEach = 0.05;

/** A role whose clients come through a pool. */
export interface PoolUser {
  readonly role: string;
  /** How many databases it may connect to: there is a pool for each. */
  readonly databases: number;
  /** Server connections that one PgBouncer may open for it, in all of them. */
  readonly most?: number;
}

/** Server connections that one PgBouncer opens at most: a pool for each database and each role that may log in to it. */
export function serverConnections({ defaultPoolSize }: PoolSettings, users: readonly PoolUser[]): number {
  const pools = users.map(({ databases, most = Number.POSITIVE_INFINITY }) =>
    Math.min(databases * defaultPoolSize, most),
  );
  return pools.reduce((sum, pool) => sum + pool, 0) + lookupConnections;
}

/** A rule of a pool; `users`, whose clients come through it, are asked only where they are needed, because they may be what is wrong. */
export type PoolRule = (settings: PoolSettings, users: () => readonly PoolUser[]) => readonly Problem[];

/** What no single field of a pool shows. */
export const poolRules: readonly PoolRule[] = [
  minimumRule,
  (settings, users) => filesRule(settings, serverConnections(settings, users())),
  (settings, users) => memoryRule(settings, serverConnections(settings, users())),
];

function minimumRule({ minPoolSize, defaultPoolSize }: PoolSettings): Problem[] {
  if (minPoolSize <= defaultPoolSize) return [];
  const message = `${minPoolSize} connections that are kept open are more than the pool has, defaultPoolSize ${defaultPoolSize}; lower the one or raise the other`;
  return [{ path: "minPoolSize", message }];
}

function filesRule({ maxClientConnections }: PoolSettings, servers: number): Problem[] {
  const most = openFiles - otherFiles - servers;
  if (maxClientConnections <= most) return [];
  const message = `${maxClientConnections} clients and ${servers} server connections need more than the ${openFiles} files that a PgBouncer may open; at most ${Math.max(most, 0)} clients, and more instances`;
  return [{ path: "maxClientConnections", message }];
}

function memoryRule({ memory, maxClientConnections }: PoolSettings, servers: number): Problem[] {
  const wanted = Math.ceil(idleMemory + memoryOfEach * (maxClientConnections + servers));
  if (wanted <= memory) return [];
  const message = `${sizeText(memory)} is less than the ${wanted}MiB that ${maxClientConnections} clients and ${servers} server connections may take; raise it to ${sizeText(Math.ceil(wanted / 32) * 32)}, or lower maxClientConnections`;
  return [{ path: "memory", message }];
}
