import type { ResourceType, StandIn } from "../framework/types.ts";
import { database } from "./database.ts";
import { defaultPrivileges } from "./default-privileges.ts";
import { extension } from "./extension.ts";
import { grant } from "./grant.ts";
import { role } from "./role.ts";
import { schema } from "./schema.ts";
import { Server } from "./server.ts";
import { settingNames, settingsFrom } from "./settings.ts";

/** Stands in for the plugin of @pulumi/postgresql, over `pg`. */
export const postgresql: StandIn<Server> = {
  name: "postgresql",
  version: "3.18.1",
  config: settingNames,
  configure: (config) => new Server(settingsFrom(config, process.env)),
  resources: {
    "postgresql:index/database:Database": heeding(database),
    "postgresql:index/defaultPrivileges:DefaultPrivileges": heeding(defaultPrivileges),
    "postgresql:index/extension:Extension": heeding(extension),
    "postgresql:index/grant:Grant": heeding(grant),
    "postgresql:index/role:Role": heeding(role),
    "postgresql:index/schema:Schema": heeding(schema),
  },
};

/** The type, whose waits for a server that is down end with the run. */
function heeding(type: ResourceType<Server>): ResourceType<Server> {
  const { update } = type;
  return {
    ...type,
    create: (server, inputs, context) => type.create(server.heeding(context), inputs, context),
    read: (server, id, state, context, inputs) => type.read(server.heeding(context), id, state, context, inputs),
    ...(update && {
      update: (server, id, state, inputs, context) => update(server.heeding(context), id, state, inputs, context),
    }),
    delete: (server, id, state, context) => type.delete(server.heeding(context), id, state, context),
  };
}
