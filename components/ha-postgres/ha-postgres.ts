import {
  all,
  ComponentResource,
  type ComponentResourceOptions,
  log,
  type Output,
  runtime,
  secret,
} from "@pulumi/pulumi";
import type { Endpoint, Platform } from "../../platforms/service.ts";
import { Balancer, balancerService } from "../balancer/index.ts";
import { Bucket } from "../bucket/index.ts";
import { clusterIdentity, type Login, PatroniCluster } from "../cluster/index.ts";
import { Consensus } from "../consensus/index.ts";
import { extensionLibraries } from "../databases/extensions.ts";
import { type DatabaseConnection, Databases, type PlacedDatabase } from "../databases/index.ts";
import { cronDatabaseOf } from "../databases/rules.ts";
import { Pool, poolerPorts, poolService } from "../pools/index.ts";
import { postgresAnswers, replicasFollow, type Session } from "../reachable/postgres.ts";
import { UserError } from "../user-error.ts";
import type { HaPostgresArgs } from "./args.ts";
import { connectionString } from "./connection-strings.ts";
import { poolUsers } from "./connections.ts";
import { resolveHaPostgres } from "./resolve.ts";

export interface HaPostgresOptions extends HaPostgresArgs {
  /** Where it runs. */
  readonly platform: Platform;
}

/** Who may log in, with what. */
export interface Credentials {
  readonly [purpose: string]: { readonly user: string; readonly password: string };
}

/**
 * A highly available PostgreSQL: a Patroni cluster on its consensus store, PgBouncer pools for writers and readers, HAProxy in front of and behind them,
 * and an S3 bucket.
 *
 * What holds data (volumes, passwords, roles, databases, the bucket) is protected: `destroy --exclude-protected` removes everything else, and the next
 * `up` finds the data. https://www.pulumi.com/docs/iac/concepts/options/protect/
 *
 * @example
 * ```ts
 * const platform = new DockerPlatform("local", { name: "orders" });
 * export const { writeUrl } = new HaPostgres("orders", { platform, databases: [{ name: "orders" }] });
 * ```
 */
export class HaPostgres extends ComponentResource {
  /** The write pool, as the owner of the first database. Secret. */
  readonly writeUrl: Output<string>;
  /** The read pool, likewise. Secret. */
  readonly readUrl: Output<string>;
  /** The primary, without a pool. Secret. */
  readonly primaryUrl: Output<string>;
  /** A fit replica, without a pool; the primary where there is none. Secret. */
  readonly replicaUrl: Output<string>;
  readonly s3Endpoint: string;
  /** The names of the PostgreSQL servers. */
  readonly members: readonly string[];
  /** By purpose: `superuser`, `s3` where there is a key, and every role that logs in, by its name. Secret. */
  readonly credentials: Output<Credentials>;
  readonly databases: readonly PlacedDatabase[];

  constructor(name: string, args: HaPostgresOptions, opts?: ComponentResourceOptions) {
    super("pulumi-postgres-ha:components:HaPostgres", name, {}, opts);
    const { platform, ...given } = args;
    const { settings } = resolveHaPostgres(`HaPostgres ${name}`, given);
    const parent = { parent: this };

    const extensions = settings.databases.flatMap((database) => database.extensions);
    const libraries = extensionLibraries(extensions);
    const identity = clusterIdentity(name, name, settings.cluster, libraries, settings.consensus, this);
    const consensus = new Consensus(
      `${name}-consensus`,
      { platform, cluster: name, consensus: settings.consensus, after: [identity] },
      parent,
    );
    const bucket = new Bucket(`${name}-bucket`, { platform, bucket: settings.bucket }, parent);
    const cluster = new PatroniCluster(
      `${name}-cluster`,
      {
        platform,
        scope: name,
        store: consensus.store,
        identity,
        after: consensus.placed,
        cluster: settings.cluster,
        bucket: bucket.access,
        extensions,
      },
      parent,
    );
    const balancer = new Balancer(
      `${name}-balancer`,
      {
        platform,
        backends: {
          members: cluster.members,
          writePoolers: platform.instances(poolService("write"), settings.pools.write.instances),
          readPoolers: platform.instances(poolService("read"), settings.pools.read.instances),
          poolerPorts,
        },
        balancer: settings.balancer,
        after: cluster.placed,
      },
      parent,
    );
    for (const [purpose, target] of [["write", "primary"] as const, ["read", "replica"] as const]) {
      new Pool(
        `${name}-${purpose}-pool`,
        {
          platform,
          purpose,
          target: { host: platform.address(balancerService), port: settings.balancer.ports[target] },
          lookup: cluster.pooler,
          admin: cluster.superuser.user,
          pool: settings.pools[purpose],
          users: poolUsers(settings),
          after: cluster.placed,
        },
        parent,
      );
    }
    const [storage] = cluster.storage;
    const { databases, logins } = new Databases(
      `${name}-databases`,
      {
        primary: balancer.endpoints.primary,
        superuser: cluster.superuser,
        databases: settings.databases,
        roles: settings.roles,
        cronDatabase: cronDatabaseOf(settings.cluster.parameters),
        ...(storage ? { storage } : {}),
      },
      parent,
    );

    const [first] = databases;
    if (first === undefined) throw new Error("no database is declared");
    const { write, read, primary, replica } = balancer.endpoints;
    this.writeUrl = urlOf(first, write, (session) => postgresAnswers("The write pool", session, "refused"));
    this.readUrl = urlOf(first, read, (session) => postgresAnswers("The read pool", session, "allowed"));
    this.primaryUrl = urlOf(first, primary);
    this.replicaUrl = this.#onceReplicasFollow(urlOf(first, replica), primary, cluster);
    this.s3Endpoint = bucket.endpoint;
    this.members = cluster.members.map((member) => member.name);
    this.databases = databases;
    this.credentials = credentials(
      { superuser: cluster.superuser, ...(bucket.login ? { s3: bucket.login } : {}) },
      logins,
    );
    this.registerOutputs({
      writeUrl: this.writeUrl,
      readUrl: this.readUrl,
      primaryUrl: this.primaryUrl,
      replicaUrl: this.replicaUrl,
      s3Endpoint: this.s3Endpoint,
      members: this.members,
      credentials: this.credentials,
    });
  }

  /**
   * The way to a declared database, for what is made in it: migrations, partitioned tables, views, jobs.
   * @throws {UserError} where no database of that name is declared.
   */
  database(name: string): DatabaseConnection {
    const found = this.databases.find((database) => database.name === name);
    if (found !== undefined) return found.connection;
    const declared = this.databases.map((database) => database.name).join(", ");
    throw new UserError(`no database ${JSON.stringify(name)} is declared; declared are: ${declared}`);
  }

  /** A replica that stays away is no reason to fail: the primary works, and an `up` may be what repairs the rest. */
  #onceReplicasFollow(url: Output<string>, primary: Endpoint, { superuser, members }: PatroniCluster): Output<string> {
    return all([url, superuser.password]).apply(async ([known, password]) => {
      if (!runtime.isDryRun()) {
        const session = { ...primary, user: superuser.user, password, database: "postgres" };
        await replicasFollow(session, members.length - 1).catch((error: Error) => log.warn(error.message, this));
      }
      return known;
    });
  }
}

/** The connection string of a database; in an update it is known only once its way is proven. */
function urlOf(
  database: PlacedDatabase,
  endpoint: Endpoint,
  proven?: (session: Session) => Promise<void>,
): Output<string> {
  const { name, owner, ready } = database;
  return secret(
    all([owner.password, ready]).apply(async ([password]) => {
      if (proven !== undefined && !runtime.isDryRun()) {
        await proven({ ...endpoint, user: owner.user, password, database: name });
      }
      return connectionString(endpoint, name, owner.user, password);
    }),
  );
}

function credentials(own: Readonly<Record<string, Login>>, roles: readonly Login[]): Output<Credentials> {
  const logins = { ...own, ...Object.fromEntries(roles.map((role) => [role.user, role])) };
  const entries = Object.entries(logins).map(([purpose, { user, password }]) =>
    password.apply((word) => [purpose, { user, password: word }] as const),
  );
  return secret(all(entries).apply((known) => Object.fromEntries(known)));
}
