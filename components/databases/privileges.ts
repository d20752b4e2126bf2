import { type AccessSettings, type DatabaseSettings, ownerOf, type RoleSettings, schemasOf } from "./args.ts";
import { schemaOfExtension } from "./extensions.ts";

/** One `postgresql.Grant`: what a role may do with one thing, or with every thing of a type in a schema. */
export interface PlannedGrant {
  readonly kind: "grant";
  /** Ends the resource's name, the same whatever may be done. */
  readonly name: string;
  /** `public` means everybody. */
  readonly role: string;
  readonly objectType: "database" | "schema" | "table" | "sequence";
  readonly schema?: string;
  readonly privileges: readonly string[];
}

/** One `postgresql.DefaultPrivileges`: what a role may do with what `owner` makes later. */
export interface PlannedDefault {
  readonly kind: "default";
  readonly name: string;
  readonly role: string;
  readonly owner: string;
  readonly objectType: "table" | "sequence";
  readonly schema: string;
  readonly privileges: readonly string[];
}

export type PlannedPrivileges = PlannedGrant | PlannedDefault;

type Level = "nothing" | NonNullable<RoleSettings["access"]>[number]["may"];

const levels = {
  nothing: { database: [], schema: [], table: [], sequence: [] },
  read: { database: ["CONNECT"], schema: ["USAGE"], table: ["SELECT"], sequence: ["SELECT"] },
  write: {
    database: ["CONNECT", "TEMPORARY"],
    schema: ["USAGE"],
    table: ["DELETE", "INSERT", "SELECT", "UPDATE"],
    sequence: ["SELECT", "UPDATE", "USAGE"],
  },
} satisfies Record<Level, Record<PlannedGrant["objectType"], readonly string[]>>;

/**
 * Everything that is granted in a database, in the order in which it is done. One resource for each object, because a grant on more of them than before is
 * another grant, and what removes the old one takes their common part away; one after the other, because two at once meet in PostgreSQL's catalogue
 * ("tuple concurrently updated").
 *
 * A role whose access is declared has its grants in every database, those that grant nothing among them: leaving a database out of its access is then a
 * change, which takes its rights, and no removal of something protected, which Pulumi would refuse.
 */
export function privilegesIn(
  database: DatabaseSettings,
  { roles }: Pick<AccessSettings, "roles">,
  superuser: string,
): readonly PlannedPrivileges[] {
  return [
    ...ofEveryone(database),
    ...ofExtensions(database),
    ...roles.filter(({ name }) => name !== ownerOf(database)).flatMap((role) => ofRole(role, database, superuser)),
  ];
}

function ofEveryone({ publicConnect, publicCreate }: DatabaseSettings): readonly PlannedGrant[] {
  const grant = { kind: "grant", role: "public" } as const;
  return [
    {
      ...grant,
      name: "public-database",
      objectType: "database",
      privileges: publicConnect ? ["CONNECT", "TEMPORARY"] : [],
    },
    {
      ...grant,
      name: "public-schema",
      objectType: "schema",
      schema: "public",
      privileges: publicCreate ? ["CREATE", "USAGE"] : ["USAGE"],
    },
  ];
}

/** The owner may look at what an extension keeps in a schema of its own, e.g. partman.part_config. */
function ofExtensions(database: DatabaseSettings): readonly PlannedGrant[] {
  const declared = database.schemas.map(({ name }) => name);
  const schemas = database.extensions.map(schemaOfExtension).filter((schema) => schema !== undefined);
  return schemas
    .filter((schema) => !declared.includes(schema))
    .flatMap((schema) =>
      (["schema", "table"] as const).map((objectType) => ({
        ...({ kind: "grant", name: `owner-${schema}-${objectType}`, role: ownerOf(database) } as const),
        ...{ objectType, schema, privileges: levels.read[objectType] },
      })),
    );
}

function ofRole(role: RoleSettings, database: DatabaseSettings, superuser: string): readonly PlannedPrivileges[] {
  const schemas = schemasOf(database);
  const owned = schemas.filter(({ owner }) => owner === role.name);
  if (role.access === undefined && owned.length === 0) return [];
  const access = role.access?.find((each) => each.database === database.name);
  // Who owns a schema must get to it.
  const least: Level = owned.length > 0 ? "write" : "nothing";
  const connect: PlannedGrant = {
    kind: "grant",
    name: `${role.name}-database`,
    role: role.name,
    objectType: "database",
    privileges: levels[owned.length > 0 ? least : (access?.may ?? least)].database,
  };
  if (role.access === undefined) return [connect];
  // The owner of a schema has every right in it, and a grant would take what it does not name.
  const others = schemas.filter(({ owner }) => owner !== role.name);
  const inSchemas = others.flatMap(({ name: schema, owner }) => {
    const may: Level = access !== undefined && (access.schemas?.includes(schema) ?? true) ? access.may : "nothing";
    const makers = new Set([ownerOf(database), owner, superuser].filter((maker) => maker !== role.name));
    return inSchema(role.name, schema, may, [...makers]);
  });
  return [connect, ...inSchemas];
}

/**
 * The superuser is among the makers: pg_partman's children and what a migration makes as superuser are handed to their owner afterwards, with the grants
 * that they were made with. What comes later is granted first, so that no table is made in between and missed.
 */
function inSchema(role: string, schema: string, may: Level, makers: readonly string[]): readonly PlannedPrivileges[] {
  const types = ["table", "sequence"] as const;
  const privileges = levels[may];
  const later = makers.flatMap((owner) =>
    types.map((objectType): PlannedDefault => {
      const name = `${role}-${schema}-${objectType}-of-${owner}`;
      return { kind: "default", name, role, owner, objectType, schema, privileges: privileges[objectType] };
    }),
  );
  const now = (["schema", ...types] as const).map((objectType): PlannedGrant => {
    const name = `${role}-${schema}-${objectType}`;
    return { kind: "grant", name, role, objectType, schema, privileges: privileges[objectType] };
  });
  return [...later, ...now];
}

/** A role that clients log in as. */
export interface DatabaseUser {
  readonly role: string;
  /** How many databases it may connect to: a pooler keeps a pool for each. */
  readonly databases: number;
  readonly connectionLimit?: number;
}

/** Everybody who may log in to a declared database, as far as the declaration knows. */
export function databaseUsers({ databases, roles }: AccessSettings): readonly DatabaseUser[] {
  const names = new Set([...databases.map(ownerOf), ...roles.filter(({ login }) => login).map(({ name }) => name)]);
  const users = [...names].map((role): DatabaseUser => {
    const connectionLimit = roles.find(({ name }) => name === role)?.connectionLimit;
    const open = databases.filter((database) => ownerOf(database) === role || mayConnect(role, database, roles, []));
    return { role, databases: open.length, ...(connectionLimit === undefined ? {} : { connectionLimit }) };
  });
  return users.filter((user) => user.databases > 0);
}

function mayConnect(
  name: string,
  database: DatabaseSettings,
  roles: readonly RoleSettings[],
  asked: readonly string[],
): boolean {
  const role = roles.find((each) => each.name === name);
  if (role === undefined || asked.includes(name)) return false;
  const itself =
    database.publicConnect ||
    database.schemas.some(({ owner }) => owner === name) ||
    role.access?.some((access) => access.database === database.name) === true;
  return itself || role.memberOf.some((group) => mayConnect(group, database, roles, [...asked, name]));
}
