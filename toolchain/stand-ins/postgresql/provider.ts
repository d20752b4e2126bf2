import type { StandIn } from "../framework/types.ts";
import { database } from "./database.ts";
import { extension } from "./extension.ts";
import { role } from "./role.ts";
import { Server } from "./server.ts";
import { settingNames, settingsFrom } from "./settings.ts";

/** Stands in for the plugin of @pulumi/postgresql, over `pg`. */
export const postgresql: StandIn<Server> = {
  name: "postgresql",
  version: "3.18.1",
  config: settingNames,
  configure: (config) => new Server(settingsFrom(config, process.env)),
  resources: {
    "postgresql:index/database:Database": database,
    "postgresql:index/extension:Extension": extension,
    "postgresql:index/role:Role": role,
  },
};
