export type { DatabasesArgs, RolesArgs } from "./args.ts";
export { type DatabaseConnection, inDatabase } from "./connection.ts";
export { Databases, type DatabasesOptions, type PlacedDatabase } from "./databases.ts";
export { type ExtensionName, extensionNames } from "./extensions.ts";
export { SessionSettings, type SessionSettingsArgs } from "./session-settings.ts";
