export type { PoolArgs } from "./args.ts";
export { type PoolPurpose, poolerPorts } from "./pgbouncer.ts";
export { Pool, type PoolOptions, poolService } from "./pool.ts";
export type { PoolUser } from "./rules.ts";
