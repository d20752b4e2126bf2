import type { Problem } from "../arguments.ts";
import { poolerRole, replicationRole, rewindRole } from "../cluster/own-roles.ts";
import { nearest } from "../nearest.ts";
import {
  type AccessSettings,
  type DatabaseSettings,
  namedTwice,
  ownerOf,
  predefinedRoles,
  type RoleSettings,
  schemasOf,
} from "./args.ts";
import { isOnePerServer, schemaOfExtension } from "./extensions.ts";
import { sessionSettingProblem } from "./session-values.ts";

/** What databases and roles are in. */
export interface Surroundings {
  /** The superuser's name. */
  readonly superuser: string;
  /** `cron.database_name`, the one database that pg_cron can be in. */
  readonly cronDatabase: string;
}

/** Where PostgreSQL has pg_cron unless it is told otherwise. */
export const defaultCronDatabase = "postgres";

/** The database that servers with these parameters have pg_cron in. */
export function cronDatabaseOf(parameters: Readonly<Record<string, string | number | boolean>>): string {
  return String(parameters["cron.database_name"] ?? defaultCronDatabase);
}

type AccessRule = (settings: AccessSettings, surroundings: Surroundings) => readonly Problem[];

/** What no single field of databases and roles shows. */
export const accessRules: readonly AccessRule[] = [
  ({ databases }) => prefixed("databases", namedTwice(databases)),
  ({ databases }) =>
    databases.flatMap(({ schemas }, index) => prefixed(`databases[${index}].schemas`, namedTwice(schemas))),
  ({ roles }) => prefixed("roles", namedTwice(roles)),
  databaseNamesRule,
  ownerNamesRule,
  roleNamesRule,
  ownersLogInRule,
  schemasRule,
  cronRule,
  accessRule,
  membersRule,
  databaseValuesRule,
  roleValuesRule,
];

/** The problems of a list, whose paths begin with an index. */
function prefixed(path: string, problems: readonly Problem[]): Problem[] {
  return problems.map((problem) => ({ ...problem, path: `${path}${problem.path}` }));
}

const quoted = (name: string) => JSON.stringify(name);

/** Ends the error of an unknown name: the one that was probably meant, and all that there are. */
function known(name: string, names: readonly string[]): string {
  const close = nearest(name, names);
  const hint = close === undefined ? "" : `; did you mean ${quoted(close)}?`;
  return `${hint}${hint === "" ? ";" : ""} declared are: ${names.join(", ") || "none"}`;
}

function databaseNamesRule({ databases }: AccessSettings): Problem[] {
  return databases.flatMap(({ name }, index) =>
    ["postgres", "template0", "template1"].includes(name)
      ? [
          {
            path: `databases[${index}].name`,
            message: `${quoted(name)} is PostgreSQL's own; give the database another name`,
          },
        ]
      : [],
  );
}

/** Why nobody can have a role of that name; `undefined` where somebody can. */
function takenBecause(name: string, superuser: string): string | undefined {
  if (name === superuser) return "is the superuser's";
  if ([poolerRole, replicationRole, rewindRole].includes(name)) return "is the name of a role of the system itself";
  if (name.startsWith("pg_")) return "begins with pg_, as PostgreSQL's own roles do";
  if (["public", "none"].includes(name)) return "is a word of SQL, which means no role";
  if (["superuser", "s3"].includes(name)) return "is what the output credentials calls another login";
  return undefined;
}

function ownerNamesRule({ databases }: AccessSettings, { superuser }: Surroundings): Problem[] {
  return databases.flatMap((database, index) => {
    const because = takenBecause(ownerOf(database), superuser);
    if (because === undefined) return [];
    const path = `databases[${index}].${database.owner === undefined ? "name" : "owner"}`;
    const way =
      database.owner === undefined ? "give the database an owner of another name" : "give the owner another name";
    return [{ path, message: `${quoted(ownerOf(database))} ${because}; ${way}` }];
  });
}

function roleNamesRule({ roles }: AccessSettings, { superuser }: Surroundings): Problem[] {
  return roles.flatMap(({ name }, index) => {
    const because = takenBecause(name, superuser);
    return because === undefined
      ? []
      : [{ path: `roles[${index}].name`, message: `${quoted(name)} ${because}; give the role another name` }];
  });
}

function ownersLogInRule({ databases, roles }: AccessSettings): Problem[] {
  return roles.flatMap(({ name, login }, index) => {
    const owned = databases.filter((database) => ownerOf(database) === name);
    if (login || owned.length === 0) return [];
    const message = `false, and ${quoted(name)} owns ${owned.map((database) => quoted(database.name)).join(", ")}, whose clients log in as it; remove it, or give the database another owner`;
    return [{ path: `roles[${index}].login`, message }];
  });
}

/** Everybody who can own a schema or be a member: the owners of databases, and the declared roles. */
function roleNames({ databases, roles }: AccessSettings): string[] {
  return [...new Set([...databases.map(ownerOf), ...roles.map(({ name }) => name)])];
}

function schemasRule(settings: AccessSettings): Problem[] {
  const names = roleNames(settings);
  return settings.databases.flatMap((database, index) =>
    database.schemas.flatMap(({ name, owner }, place) => {
      const path = `databases[${index}].schemas[${place}]`;
      const taken = /^pg_/.test(name) || ["information_schema", "postgres_ha"].includes(name);
      return [
        ...(taken
          ? [{ path: `${path}.name`, message: `${quoted(name)} is the system's own; give the schema another name` }]
          : []),
        ...(owner !== undefined && !names.includes(owner)
          ? [{ path: `${path}.owner`, message: `${quoted(owner)} is no declared role${known(owner, names)}` }]
          : []),
      ];
    }),
  );
}

/** A server whose pg_cron is in a database that nobody makes schedules nothing. */
function cronRule({ databases }: AccessSettings, { cronDatabase }: Surroundings): Problem[] {
  const names = databases.map(({ name }) => name);
  if (cronDatabase === defaultCronDatabase || names.includes(cronDatabase)) return [];
  return databases.flatMap(({ extensions }, index) => {
    const place = extensions.findIndex(isOnePerServer);
    if (place === -1) return [];
    const message = `pg_cron can only be in the database that cron.database_name names, ${quoted(cronDatabase)}, and it is not declared; declare it, or leave cron.database_name out`;
    return [{ path: `databases[${index}].extensions[${place}]`, message }];
  });
}

function accessRule({ databases, roles }: AccessSettings): Problem[] {
  return roles.flatMap((role, index) =>
    (role.access ?? []).flatMap((access, place, all) => {
      const path = `roles[${index}].access[${place}]`;
      const database = databases.find(({ name }) => name === access.database);
      if (database === undefined) {
        const names = databases.map(({ name }) => name);
        return [
          {
            path: `${path}.database`,
            message: `${quoted(access.database)} is no declared database${known(access.database, names)}`,
          },
        ];
      }
      const first = all.findIndex((other) => other.database === access.database);
      if (first !== place) {
        return [
          {
            path: `${path}.database`,
            message: `${quoted(access.database)} has its access above, at ${first}; say all of it there`,
          },
        ];
      }
      if (ownerOf(database) === role.name) {
        return [
          {
            path: `${path}.database`,
            message: `${quoted(role.name)} owns ${quoted(database.name)} and may do everything there; remove it`,
          },
        ];
      }
      return schemaProblems(role, database, access.schemas ?? [], path);
    }),
  );
}

function schemaProblems(
  role: RoleSettings,
  database: DatabaseSettings,
  schemas: readonly string[],
  path: string,
): Problem[] {
  const there = schemasOf(database);
  const names = there.map(({ name }) => name);
  return schemas.flatMap((name, place) => {
    const at = `${path}.schemas[${place}]`;
    const found = there.find((schema) => schema.name === name);
    if (found?.owner === role.name)
      return [{ path: at, message: `${quoted(role.name)} owns ${quoted(name)}; remove it` }];
    if (found !== undefined) return [];
    const extension = database.extensions.find((each) => schemaOfExtension(each) === name);
    const why =
      extension === undefined
        ? `is no declared schema of ${quoted(database.name)}`
        : `belongs to the extension ${extension}`;
    return [{ path: at, message: `${quoted(name)} ${why}${known(name, names)}` }];
  });
}

function membersRule(settings: AccessSettings): Problem[] {
  const names = roleNames(settings);
  const allowed: readonly string[] = [...names, ...predefinedRoles];
  return settings.roles.flatMap(({ name, memberOf }, index) =>
    memberOf.flatMap((group, place) => {
      const path = `roles[${index}].memberOf[${place}]`;
      if (!allowed.includes(group)) {
        const close = nearest(group, allowed);
        const hint = close === undefined ? "" : `; did you mean ${quoted(close)}?`;
        const message = `${quoted(group)} is no declared role${hint === "" ? ";" : hint} declared are: ${names.join(", ")}; of PostgreSQL's own ${predefinedRoles.join(", ")} are allowed`;
        return [{ path, message }];
      }
      if (group === name) return [{ path, message: `${quoted(name)} cannot be a member of itself; remove it` }];
      if (!reaches(group, name, settings.roles, [])) return [];
      return [
        { path, message: `${quoted(group)} is itself a member of ${quoted(name)}; remove one of the two memberships` },
      ];
    }),
  );
}

function reaches(from: string, to: string, roles: readonly RoleSettings[], passed: readonly string[]): boolean {
  if (passed.includes(from)) return false;
  const groups = roles.find(({ name }) => name === from)?.memberOf ?? [];
  return groups.some((group) => group === to || reaches(group, to, roles, [...passed, from]));
}

function valueProblems(path: string, settings: DatabaseSettings["settings"]): Problem[] {
  return Object.entries(settings ?? {}).flatMap(([name, value]) => {
    const message = sessionSettingProblem(name, value);
    return message === undefined ? [] : [{ path: `${path}.settings.${name}`, message }];
  });
}

function databaseValuesRule({ databases }: AccessSettings): Problem[] {
  return databases.flatMap(({ settings }, index) => valueProblems(`databases[${index}]`, settings));
}

function roleValuesRule({ roles }: AccessSettings): Problem[] {
  return roles.flatMap(({ settings }, index) => valueProblems(`roles[${index}]`, settings));
}
