export type { MigrationSource } from "./file.ts";
export { Migrations, type MigrationsArgs } from "./migrations.ts";
