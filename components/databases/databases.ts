import * as postgresql from "@pulumi/postgresql";
import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  type CustomResource,
  type Output,
  type Resource,
} from "@pulumi/pulumi";
import type { Endpoint } from "../../platforms/service.ts";
import { parseArguments } from "../arguments.ts";
import type { Login } from "../cluster/cluster.ts";
import { password } from "../credentials/index.ts";
import { onceReachable } from "../reachable/once-reachable.ts";
import { postgresAnswers } from "../reachable/postgres.ts";
import { type DatabaseSettings, type DatabasesArgs, databasesArgs, ownerOf } from "./args.ts";
import type { DatabaseConnection } from "./connection.ts";

export interface DatabasesOptions {
  /** Where the primary answers. */
  readonly primary: Endpoint;
  readonly superuser: Login;
  /** What holds the data: when that is deleted, roles and databases need no deletion of their own. */
  readonly storage?: Resource;
  readonly databases: DatabasesArgs;
}

/** A database as its clients need it. */
export interface PlacedDatabase {
  readonly name: string;
  readonly owner: Login;
  /** Settles when the database and its extensions are there. */
  readonly ready: Output<unknown>;
  /** For what is made in it. */
  readonly connection: DatabaseConnection;
}

/**
 * Roles, databases and extensions in a cluster that runs. All of them are protected: taking one out of the declaration is refused by
 * Pulumi until it is unprotected by name.
 */
export class Databases extends ComponentResource {
  readonly databases: readonly PlacedDatabase[];
  readonly #options: Pick<DatabasesOptions, "storage">;
  readonly #provider: postgresql.Provider;

  constructor(name: string, args: DatabasesOptions, opts?: ComponentResourceOptions) {
    super("pulumi-postgres-ha:components:Databases", name, {}, opts);
    const settings = parseArguments(`Databases ${name}`, databasesArgs, args.databases);
    const { primary, superuser } = args;
    this.#options = args;
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
    const owners = new Map<string, Login & { readonly role: postgresql.Role }>();
    for (const owner of new Set(settings.map(ownerOf))) owners.set(owner, this.#role(`${name}-${owner}`, owner));
    this.databases = settings.map((database) => {
      const owner = owners.get(ownerOf(database));
      if (owner === undefined) throw new Error(`no role for ${ownerOf(database)}`);
      const resources = this.#database(name, database, owner.role);
      const ready = all(resources.map(({ id }) => id));
      const { user, password } = superuser;
      const connection = {
        ...{ host: primary.host, port: primary.port, user, password, owner: owner.user },
        database: ready.apply(() => database.name),
        ...(args.storage ? { storage: args.storage } : {}),
      };
      return { name: database.name, owner, ready, connection };
    });
    this.registerOutputs({});
  }

  #role(name: string, user: string): Login & { readonly role: postgresql.Role } {
    const word = password(name, this);
    const role = new postgresql.Role(name, { name: user, login: true, password: word }, this.#kept());
    return { user, password: word, role };
  }

  #database(name: string, { name: database, extensions }: DatabaseSettings, owner: postgresql.Role): CustomResource[] {
    const resource = new postgresql.Database(
      `${name}-${database}`,
      // lcCollate and lcCtype are given because the provider's own default, "C", would differ from the cluster's.
      { name: database, owner: owner.name, encoding: "UTF8", lcCollate: "C.UTF-8", lcCtype: "C.UTF-8" },
      this.#kept(),
    );
    const created = extensions.map(
      (extension) =>
        new postgresql.Extension(
          `${name}-${database}-${extension}`,
          { name: extension, database: resource.name, createCascade: true },
          this.#kept(),
        ),
    );
    return [resource, ...created];
  }

  #kept() {
    const { storage } = this.#options;
    return { parent: this, provider: this.#provider, protect: true, ...(storage ? { deletedWith: storage } : {}) };
  }
}
