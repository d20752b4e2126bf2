import { z } from "zod";
import type { Problem } from "../arguments.ts";
import { identifier, setting } from "../schemas.ts";
import { extensionNames } from "./extensions.ts";

/** Where a list has a name for the second time, with its problem. */
export function namedTwice(list: readonly ({ readonly name?: string } | undefined)[]): Problem[] {
  return list.flatMap((each, index) => {
    const name = each?.name;
    if (name === undefined || list.findIndex((other) => other?.name === name) === index) return [];
    return [
      { path: `[${index}].name`, message: `${JSON.stringify(name)} is declared twice; give one of them another name` },
    ];
  });
}

/** A list whose names are compared here where something else is wrong in it, which keeps the rules from being asked; everywhere else a rule does it. */
function unique<Item extends z.ZodType<{ readonly name: string }>>(item: Item) {
  return z.array(item).superRefine(
    (value, context) => {
      for (const { path, message } of namedTwice(value)) {
        context.addIssue({ code: "custom", path: [Number.parseInt(path.slice(1), 10), "name"], message });
      }
    },
    { when: ({ value, issues }) => Array.isArray(value) && issues.length > 0 },
  );
}

/** Names as `search_path` holds them. */
const searchPath = z
  .array(z.union([identifier, z.literal("$user")], { error: 'the name of a schema, or "$user"' }))
  .min(1)
  .optional();

const sessionSettings = z.record(z.string(), setting).optional();

const schema = z.strictObject({
  name: identifier.describe("The schema's name; public, which is there already, to give it another owner."),
  owner: identifier.optional().describe("The role that owns it. Default: the database's owner."),
});

/** One database, with its owner and what is in it before any table. */
const database = z.strictObject({
  name: identifier.describe("The database's name."),
  owner: identifier
    .optional()
    .describe("The role that owns the database; it gets a generated password. Default: the database's name."),
  extensions: z
    .array(z.enum(extensionNames))
    .default([])
    .describe(
      "Made in this database; the image gets their packages. pg_partman gets the schema partman. pg_cron can be in one database of a server only, where cron.database_name says, postgres unless it is set: it is made there, and its jobs reach this one.",
    ),
  schemas: unique(schema).default([]).describe("Schemas beside public."),
  searchPath: searchPath.describe("Where names without a schema are looked for, by everybody in this database."),
  settings: sessionSettings.describe(
    'What sessions in this database begin with, e.g. statement_timeout: "30s". An empty one takes back what was set; sessions that are open keep what they have.',
  ),
  publicConnect: z
    .boolean()
    .default(false)
    .describe(
      "Whether every role of the server may connect and make temporary tables. By default only the owner may, and who has access.",
    ),
  publicCreate: z
    .boolean()
    .default(false)
    .describe("Whether every role may make things in the schema public. By default that is taken from PUBLIC."),
});

export const databasesArgs = unique(database).min(1);

/** What comes with every PostgreSQL and gives no way to the server's files or to other users' rights. https://www.postgresql.org/docs/17/predefined-roles.html */
export const predefinedRoles = [
  "pg_checkpoint",
  "pg_maintain",
  "pg_monitor",
  "pg_read_all_data",
  "pg_read_all_settings",
  "pg_read_all_stats",
  "pg_signal_backend",
  "pg_stat_scan_tables",
  "pg_use_reserved_connections",
  "pg_write_all_data",
] as const;

const access = z.strictObject({
  database: identifier.describe("A declared database, of which the role is not the owner."),
  may: z
    .enum(["read", "write"])
    .describe(
      "read: connect, use the schemas, SELECT from every table and sequence. write: INSERT, UPDATE and DELETE as well, and temporary tables. Both hold for the tables that the owner, or a migration, makes later.",
    ),
  schemas: z
    .array(identifier)
    .min(1)
    .optional()
    .describe("Only these. Default: public and the declared schemas of the database."),
});

const role = z.strictObject({
  name: identifier.describe("The role's name. The owner of a database may stand here too, for its other settings."),
  login: z
    .boolean()
    .default(true)
    .describe("Whether it logs in, with a generated password; false for a group, whose rights its members have."),
  memberOf: z
    .array(z.union([z.enum(predefinedRoles), identifier]))
    .default([])
    .describe(
      "Roles whose rights it has: groups that are declared here, or roles of PostgreSQL's own, e.g. pg_monitor.",
    ),
  connectionLimit: z
    .int()
    .min(1)
    .max(10_000)
    .optional()
    .describe(
      "Sessions that it may have open at once on a server. The pools share them out, and further clients wait there; what goes past the pools takes of the same number. Default: no limit of its own.",
    ),
  searchPath: searchPath.describe("Where names without a schema are looked for, in every database."),
  settings: sessionSettings.describe(
    'What its sessions begin with, e.g. statement_timeout: "30s". An empty one takes back what was set; sessions that are open keep what they have.',
  ),
  access: z
    .array(access)
    .optional()
    .describe(
      "What it may do, and nothing else: what is left out here is taken from it, in every declared database; [] takes everything. Not set: its grants are somebody else's, e.g. a migration's.",
    ),
});

export const rolesArgs = unique(role).default([]);

/** Databases and roles are one declaration: they name each other. */
export const accessArgs = z.strictObject({ databases: databasesArgs, roles: rolesArgs });

export type DatabasesArgs = z.input<typeof databasesArgs>;
export type RolesArgs = z.input<typeof rolesArgs>;
export type DatabaseSettings = z.output<typeof database>;
export type RoleSettings = z.output<typeof role>;
/** Databases and roles with all defaults. */
export type AccessSettings = z.output<typeof accessArgs>;

export function ownerOf({ name, owner }: Pick<DatabaseSettings, "name" | "owner">): string {
  return owner ?? name;
}

/** The schemas that access is about where it names none, each with its owner: public and the declared ones. */
export function schemasOf(database: DatabaseSettings): readonly { readonly name: string; readonly owner: string }[] {
  const declared = database.schemas.map(({ name, owner }) => ({ name, owner: owner ?? ownerOf(database) }));
  const isDeclared = declared.some(({ name }) => name === "public");
  return isDeclared ? declared : [{ name: "public", owner: ownerOf(database) }, ...declared];
}
