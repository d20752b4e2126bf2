export type { PoolArgs } from "./args.ts";
export { poolerPort } from "./pgbouncer.ts";
export { Pool, type PoolOptions, poolService } from "./pool.ts";
