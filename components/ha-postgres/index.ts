export { exposedPorts, type HaPostgresArgs } from "./args.ts";
export { type Credentials, HaPostgres, type HaPostgresOptions } from "./ha-postgres.ts";
