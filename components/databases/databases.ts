import * as postgresql from "@pulumi/postgresql";
import {
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResource,
  type CustomResourceOptions,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import type { Endpoint } from "../../platforms/service.ts";
import { parseArguments, type Rule } from "../arguments.ts";
import type { Login } from "../cluster/cluster.ts";
import { password } from "../credentials/index.ts";
import { onceReachable } from "../reachable/once-reachable.ts";
import { postgresAnswers } from "../reachable/postgres.ts";
import {
  type AccessSettings,
  accessArgs,
  type DatabaseSettings,
  type DatabasesArgs,
  ownerOf,
  type RoleSettings,
  type RolesArgs,
} from "./args.ts";
import type { DatabaseConnection } from "./connection.ts";
import { type ExtensionName, isOnePerServer, schemaOfExtension } from "./extensions.ts";
import { type PlannedPrivileges, privilegesIn } from "./privileges.ts";
import { accessRules, defaultCronDatabase } from "./rules.ts";
import { SessionSettings } from "./session-settings.ts";
import { databaseSettings, otherRoleSettings, ownRoleSettings } from "./session-values.ts";

export interface DatabasesOptions {
  /** Where the primary answers. */
  readonly primary: Endpoint;
  readonly superuser: Login;
  /** What holds the data: when that is deleted, roles and databases need no deletion of their own. */
  readonly storage?: Resource;
  readonly databases: DatabasesArgs;
  /** Roles beside the owners of the databases. */
  readonly roles?: RolesArgs;
  /** The servers' `cron.database_name`. Default: postgres. */
  readonly cronDatabase?: string;
}

/** A database as its clients need it. */
export interface PlacedDatabase {
  readonly name: string;
  readonly owner: Login;
  /** Settles when the database and everything that is declared in it are there. */
  readonly ready: Output<unknown>;
  /** For what is made in it. */
  readonly connection: DatabaseConnection;
}

/**
 * Roles, databases, schemas, extensions and privileges in a cluster that runs. All of them are protected: taking one out of the declaration is refused by
 * Pulumi until it is unprotected by name, and a role that still owns something is not dropped even then. What `access` and `settings` no longer say is taken
 * back by the next `up`.
 */
export class Databases extends ComponentResource {
  readonly databases: readonly PlacedDatabase[];
  /** Everybody who is declared and logs in. */
  readonly logins: readonly Login[];
  readonly #options: DatabasesOptions;
  readonly #name: string;
  readonly #provider: postgresql.Provider;
  readonly #roles = new Map<string, postgresql.Role>();
  readonly #extensions = new Map<string, postgresql.Extension>();

  constructor(name: string, args: DatabasesOptions, opts?: ComponentResourceOptions) {
    super("pulumi-postgres-ha:components:Databases", name, {}, opts);
    const { primary, superuser, storage, databases, roles, cronDatabase = defaultCronDatabase } = args;
    const surroundings = { superuser: superuser.user, cronDatabase };
    const rules = accessRules.map(
      (rule): Rule<AccessSettings> =>
        (settings) =>
          rule(settings, surroundings),
    );
    const settings = parseArguments(`Databases ${name}`, accessArgs, { databases, roles }, rules);
    this.#options = args;
    this.#name = name;
    this.#provider = new postgresql.Provider(
      `${name}-superuser`,
      {
        host: onceReachable(primary.host, superuser.password, (word) =>
          postgresAnswers(
            "The primary",
            { ...primary, user: superuser.user, password: word, database: "postgres" },
            "refused",
          ),
        ),
        port: primary.port,
        username: superuser.user,
        password: superuser.password,
        database: "postgres",
        sslmode: "disable",
        connectTimeout: 60,
      },
      { parent: this },
    );

    const logins = new Map<string, Login>();
    for (const role of allRoles(settings)) {
      const login = this.#role(role, settings.roles);
      if (login !== undefined) logins.set(role.name, login);
    }
    this.logins = [...logins.values()];
    const made = new Map(settings.databases.map((database) => [database.name, this.#database(database)]));
    this.databases = settings.databases.map((database) => {
      const owner = logins.get(ownerOf(database));
      const resource = made.get(database.name);
      if (owner === undefined || resource === undefined) throw new Error(`nothing is made of ${database.name}`);
      const last = this.#within(database, resource, settings, made);
      const { user, password } = superuser;
      const connection = {
        ...{ host: primary.host, port: primary.port, user, password, owner: owner.user },
        // Known in a preview even where something new is declared in the database: what lives there does not change for that.
        database: resource.name,
        after: last,
        ...(storage ? { storage } : {}),
      };
      // Of all that is declared in the database the last waits for the others.
      return { name: database.name, owner, ready: last.id, connection };
    });
    this.registerOutputs({});
  }

  /** The role, after those that it is a member of. */
  #role(role: RoleSettings, declared: readonly RoleSettings[]): Login | undefined {
    const name = `${this.#name}-${role.name}`;
    const word = role.login ? password(name, this) : undefined;
    const groups = role.memberOf.map((group) => this.#roles.get(group)?.name ?? group);
    const resource = new postgresql.Role(
      name,
      {
        name: role.name,
        login: role.login,
        ...(word ? { password: word } : {}),
        ...(groups.length > 0 ? { roles: groups } : {}),
        ...(role.connectionLimit === undefined ? {} : { connectionLimit: role.connectionLimit }),
        ...ownRoleSettings(role),
      },
      this.#kept(),
    );
    this.#roles.set(role.name, resource);
    const settings = declared.includes(role) ? otherRoleSettings(role) : undefined;
    if (settings !== undefined) {
      this.#sessionSettings(`${name}-role-settings`, { role: role.name }, settings, [resource]);
    }
    return word && { user: role.name, password: word };
  }

  #database(database: DatabaseSettings): postgresql.Database {
    const { name } = database;
    return new postgresql.Database(
      `${this.#name}-${name}`,
      // lcCollate and lcCtype are given because the provider's own default, "C", would differ from the cluster's.
      {
        ...{ name, encoding: "UTF8", lcCollate: "C.UTF-8", lcCtype: "C.UTF-8" },
        owner: this.#roleName(ownerOf(database)),
      },
      this.#kept(),
    );
  }

  /** Schemas, extensions, settings, and then the privileges one after the other. The last of them all. */
  #within(
    database: DatabaseSettings,
    resource: postgresql.Database,
    settings: AccessSettings,
    made: ReadonlyMap<string, postgresql.Database>,
  ): CustomResource {
    const name = `${this.#name}-${database.name}`;
    const schemas = new Map<string, postgresql.Schema>();
    for (const schema of schemasToMake(database, this.#options.superuser.user)) {
      const owner = this.#roleName(schema.owner);
      const inputs = { name: schema.name, database: resource.name, owner };
      schemas.set(schema.name, new postgresql.Schema(`${name}-${schema.name}`, inputs, this.#kept()));
    }
    const extensions = database.extensions.map((extension) =>
      this.#extension(extension, resource, database, schemas, made),
    );
    const values = databaseSettings(database);
    const before: CustomResource[] = [resource, ...schemas.values(), ...extensions];
    if (values !== undefined) {
      before.push(this.#sessionSettings(`${name}-database-settings`, { database: database.name }, values, [resource]));
    }
    const privileges = privilegesIn(database, settings, this.#options.superuser.user);
    return privileges.reduce<CustomResource>(
      (previous, planned, index) =>
        this.#privileges(`${name}-${planned.name}`, planned, resource, index === 0 ? before : [previous]),
      resource,
    );
  }

  #extension(
    extension: ExtensionName,
    resource: postgresql.Database,
    database: DatabaseSettings,
    schemas: ReadonlyMap<string, postgresql.Schema>,
    made: ReadonlyMap<string, postgresql.Database>,
  ): postgresql.Extension {
    const { cronDatabase = defaultCronDatabase } = this.#options;
    const home = isOnePerServer(extension) ? cronDatabase : database.name;
    const name = `${this.#name}-${home}-${extension}`;
    const there = this.#extensions.get(name);
    if (there !== undefined) return there;
    const place = home === database.name ? resource.name : (made.get(home)?.name ?? home);
    const schema = schemas.get(schemaOfExtension(extension) ?? "");
    const created = new postgresql.Extension(
      name,
      { name: extension, database: place, createCascade: true, ...(schema ? { schema: schema.name } : {}) },
      this.#kept(),
    );
    this.#extensions.set(name, created);
    return created;
  }

  #privileges(
    name: string,
    planned: PlannedPrivileges,
    database: postgresql.Database,
    dependsOn: readonly CustomResource[],
  ): CustomResource {
    // Two about one object meet where one of them replaces the other: the old one has to go first.
    const opts = { ...this.#kept(), dependsOn: [...dependsOn], deleteBeforeReplace: true };
    const { objectType, privileges, schema } = planned;
    const inputs = {
      ...{ role: this.#roleName(planned.role), database: database.name, objectType, privileges: [...privileges] },
      ...(schema === undefined ? {} : { schema }),
    };
    return planned.kind === "grant"
      ? new postgresql.Grant(name, inputs, opts)
      : new postgresql.DefaultPrivileges(name, { ...inputs, owner: this.#roleName(planned.owner) }, opts);
  }

  #sessionSettings(
    name: string,
    of: { readonly database: string } | { readonly role: string },
    settings: Readonly<Record<string, string | readonly string[]>>,
    dependsOn: readonly CustomResource[],
  ): SessionSettings {
    const { primary, superuser, storage } = this.#options;
    const { user, password } = superuser;
    const database = { ...primary, user, password, database: "postgres", owner: user, ...(storage ? { storage } : {}) };
    return new SessionSettings(name, { database, of, settings }, { parent: this, dependsOn: [...dependsOn] });
  }

  /** What waits for the role, where it is one that is made here. */
  #roleName(role: string): Output<string> | string {
    return this.#roles.get(role)?.name ?? role;
  }

  #kept(): CustomResourceOptions {
    const { storage } = this.#options;
    return { parent: this, provider: this.#provider, protect: true, ...(storage ? { deletedWith: storage } : {}) };
  }
}

/** The declared roles and the owners that are not among them, each after those that it is a member of. */
function allRoles({ databases, roles }: AccessSettings): RoleSettings[] {
  const declared = new Map(roles.map((role) => [role.name, role]));
  const owners = databases.map(ownerOf).filter((owner) => !declared.has(owner));
  const all = [...new Set(owners)].map((name): RoleSettings => ({ name, login: true, memberOf: [] }));
  const ordered = new Set<RoleSettings>();
  const add = (role: RoleSettings): void => {
    for (const group of role.memberOf) {
      const found = [...all, ...roles].find(({ name }) => name === group);
      if (found !== undefined && !ordered.has(found)) add(found);
    }
    ordered.add(role);
  };
  for (const role of [...all, ...roles]) add(role);
  return [...ordered];
}

/** The declared ones, and those that an extension has to itself. */
function schemasToMake(database: DatabaseSettings, superuser: string): { name: string; owner: string }[] {
  const declared = database.schemas.map(({ name, owner }) => ({ name, owner: owner ?? ownerOf(database) }));
  const ofExtensions = database.extensions.map(schemaOfExtension).filter((name) => name !== undefined);
  const missing = ofExtensions.filter((name) => !declared.some((schema) => schema.name === name));
  return [...declared, ...missing.map((name) => ({ name, owner: superuser }))];
}
