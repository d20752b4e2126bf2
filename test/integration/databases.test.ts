import { secret } from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Databases, type DatabasesArgs, type RolesArgs } from "../../components/index.ts";
import { Engine } from "../fixtures/stand-ins/engine.ts";
import { startPostgres, type ThrowawayPostgres, withCron } from "../support/postgres.ts";
import { query } from "../support/sql.ts";

/** The shop of a seed: who owns, who writes, who reads, and what is set for whom. */
const databases: DatabasesArgs = [
  {
    name: "shop",
    owner: "shop_owner",
    extensions: ["pg_trgm", "pg_partman", "pg_cron", "postgis"],
    schemas: [{ name: "audit" }, { name: "billing", owner: "biller" }],
    searchPath: ["public", "audit"],
    settings: { lock_timeout: "5s", "shop.region": "north" },
  },
  { name: "other", extensions: ["pg_cron"], publicConnect: true },
];
const roles: RolesArgs = [
  { name: "shop_owner", settings: { statement_timeout: "1min" } },
  { name: "biller" },
  { name: "reporting", login: false, access: [{ database: "shop", may: "read" }] },
  {
    name: "reports_user",
    connectionLimit: 7,
    searchPath: ["audit", "public"],
    settings: { statement_timeout: "30s", work_mem: "8MB", default_transaction_read_only: true },
    access: [{ database: "shop", may: "read", schemas: ["public", "audit"] }],
  },
  { name: "analyst", memberOf: ["reporting", "pg_monitor"] },
  { name: "shop_app", access: [{ database: "shop", may: "write" }] },
];

describe("databases and roles in one declaration", () => {
  let engine: Engine;
  let stack: Stack;
  let server: ThrowawayPostgres;
  let declared = { databases, roles };
  let passwords: Record<string, string>;

  beforeAll(async () => {
    engine = await Engine.start("postgresql", "random", "postgres-ha");
    server = await startPostgres(withCron);
    stack = await engine.stack(async () => {
      const { logins } = new Databases("db", {
        primary: { host: "127.0.0.1", port: server.port },
        superuser: { user: server.user, password: secret(server.password) as never },
        ...declared,
      });
      return Object.fromEntries(logins.map(({ user, password }) => [user, password]));
    });
    const { outputs } = await stack.up();
    passwords = Object.fromEntries(Object.entries(outputs).map(([user, { value }]) => [user, value]));
  });
  afterAll(async () => {
    await engine?.remove();
    await server?.remove();
  });

  const sql = (text: string, database = "shop") => query(server.url(database), text);
  const as = (user: string, text: string, database = "shop") => {
    return query(`postgres://${user}:${passwords[user]}@127.0.0.1:${server.port}/${database}`, text);
  };
  const upped = async (): Promise<Record<string, number>> => {
    const { same: _, ...changes } = (await stack.up()).summary.resourceChanges ?? {};
    return changes;
  };
  const refreshed = async (): Promise<Record<string, number>> => {
    const { same: _, ...changes } = (await stack.refresh()).summary.resourceChanges ?? {};
    return changes;
  };

  it("lets a reader read what is there and what comes, whoever makes it, and nothing else", async () => {
    await as("shop_owner", "CREATE TABLE orders (id int GENERATED ALWAYS AS IDENTITY, total int)");
    await as("shop_owner", "INSERT INTO orders (total) VALUES (1)");
    await as("shop_owner", "CREATE TABLE parted (id int) PARTITION BY RANGE (id)");
    await as("shop_owner", "CREATE VIEW audit.seen AS TABLE orders");
    // As a migration, or pg_partman, does: made by the superuser, then handed over.
    await sql("CREATE TABLE handed (id int); ALTER TABLE handed OWNER TO shop_owner");
    await as("biller", "CREATE TABLE billing.bills (id int)");

    for (const user of ["reports_user", "analyst", "shop_app"]) {
      expect(await as(user, "SELECT total FROM orders")).toEqual([{ total: 1 }]);
      for (const table of ["parted", "handed", "audit.seen", "public.orders_id_seq"]) await as(user, `TABLE ${table}`);
      await expect(as(user, "CREATE TABLE public.mine (id int)")).rejects.toThrow(
        /permission denied for schema|read-only/,
      );
    }
    await as("analyst", "TABLE billing.bills");
    await as("analyst", "SELECT pg_ls_waldir()");
    await expect(as("reports_user", "TABLE billing.bills")).rejects.toThrow(/permission denied for schema billing/);
    await expect(as("reports_user", "BEGIN READ WRITE; INSERT INTO orders (total) VALUES (2)")).rejects.toThrow(
      /permission denied for table orders/,
    );
    await expect(as("analyst", "DELETE FROM orders")).rejects.toThrow(/permission denied for table orders/);
    await expect(as("analyst", "CREATE TEMP TABLE mine (id int)")).rejects.toThrow(/permission denied to create temp/);

    await as("shop_app", "INSERT INTO orders (total) VALUES (2); UPDATE handed SET id = 1; DELETE FROM parted");
    await as("shop_app", "CREATE TEMP TABLE mine (id int)");
    await expect(as("shop_app", "TRUNCATE orders")).rejects.toThrow(/permission denied for table orders/);
  });

  it("keeps everybody else out, PUBLIC among them", async () => {
    await sql("CREATE ROLE stranger LOGIN PASSWORD 'stranger'");
    const stranger = (database: string, text: string) =>
      query(`postgres://stranger:stranger@127.0.0.1:${server.port}/${database}`, text);
    await expect(stranger("shop", "SELECT 1")).rejects.toThrow(/permission denied for database "shop"/);
    await expect(stranger("other", "CREATE TABLE public.mine (id int)")).rejects.toThrow(
      /permission denied for schema/,
    );
    await expect(as("reports_user", "SELECT 1", "other")).resolves.toHaveLength(1);
    const rights = `SELECT has_schema_privilege('public', 'public', 'CREATE') AS create,
      has_database_privilege('public', current_database(), 'CONNECT') AS connect`;
    expect(await sql(rights)).toEqual([{ create: false, connect: false }]);
    expect(await sql(rights, "other")).toEqual([{ create: false, connect: true }]);
    await sql("DROP ROLE stranger");
  });

  it("gives sessions what is set for their role and their database", async () => {
    const shown = async (user: string, database?: string) => {
      const text = `SELECT ${["search_path", "statement_timeout", "lock_timeout", "work_mem", "shop.region"]
        .map((name) => `current_setting('${name}', true) AS "${name}"`)
        .join(", ")}`;
      return (await as(user, text, database))[0];
    };
    const shop = { lock_timeout: "5s", "shop.region": "north" };
    expect(await shown("shop_owner")).toEqual({
      ...{ search_path: "public, audit", statement_timeout: "1min", work_mem: "4MB" },
      ...shop,
    });
    expect(await shown("reports_user")).toEqual({
      ...{ search_path: "audit, public", statement_timeout: "30s", work_mem: "8MB" },
      ...shop,
    });
    expect(await shown("reports_user", "other")).toMatchObject({ search_path: "audit, public", lock_timeout: "0" });
    expect(await sql("SELECT rolconnlimit FROM pg_roles WHERE rolname = 'reports_user'")).toEqual([
      { rolconnlimit: 7 },
    ]);
  });

  it("makes pg_cron where the server has it, once, and pg_partman in a schema of its own that the owner can look into", async () => {
    expect(await sql("SELECT 1 FROM pg_extension WHERE extname = 'pg_cron'")).toEqual([]);
    expect(await sql("SELECT 1 AS there FROM pg_extension WHERE extname = 'pg_cron'", "postgres")).toEqual([
      { there: 1 },
    ]);
    expect(await as("shop_owner", "SELECT count(*)::int FROM partman.part_config")).toEqual([{ count: 0 }]);
    await expect(as("reports_user", "TABLE partman.part_config")).rejects.toThrow(
      /permission denied for schema partman/,
    );
  });

  it("changes nothing the second time, tables that came in between or not", async () => {
    expect(await upped()).toEqual({});
    expect(await refreshed()).toEqual({});
    expect(await upped()).toEqual({});
    const state = await engine.stateText();
    for (const password of Object.values(passwords)) expect(state).not.toContain(password);
  });

  it("shows what was changed by hand, and puts it right", async () => {
    await sql(
      `GRANT DELETE ON orders TO reports_user; REVOKE SELECT ON audit.seen FROM reports_user;
       GRANT CREATE ON SCHEMA public TO PUBLIC; GRANT CONNECT ON DATABASE shop TO PUBLIC;
       ALTER DATABASE shop SET lock_timeout TO '1h'; ALTER ROLE reports_user RESET work_mem;
       ALTER ROLE reports_user SET statement_timeout TO 0; REVOKE pg_monitor FROM analyst`,
    );
    expect(await refreshed()).toEqual({ update: 8 });
    expect(await upped()).toEqual({ update: 8 });
    expect(await refreshed()).toEqual({});
    await expect(as("reports_user", "BEGIN READ WRITE; DELETE FROM orders")).rejects.toThrow(/permission denied/);
    expect(await as("reports_user", "SHOW work_mem")).toEqual([{ work_mem: "8MB" }]);
    expect(await as("shop_owner", "SHOW lock_timeout")).toEqual([{ lock_timeout: "5s" }]);
  });

  it("takes what is no longer declared, in place, and leaves the tables alone", async () => {
    const { result: before } = await query(server.url("shop"), "SELECT count(*)::int AS result FROM orders").then(
      ([row]) => row as { result: number },
    );
    declared = {
      databases: databases.map((database) =>
        database.name === "shop" ? { ...database, searchPath: undefined, settings: {} } : database,
      ) as DatabasesArgs,
      roles: (roles ?? []).map((role) => {
        if (role.name === "reports_user") return { ...role, settings: {}, access: [] };
        if (role.name === "shop_app") return { ...role, access: [{ database: "other", may: "read" as const }] };
        return role.name === "analyst" ? { ...role, memberOf: ["pg_monitor" as const] } : role;
      }),
    };
    const preview = await stack.preview();
    expect(Object.keys(preview.changeSummary).sort()).toEqual(["same", "update"]);
    expect(preview.stdout).toContain("lock_timeout 5s → (the server's)");
    await stack.up();
    await expect(as("reports_user", "SELECT 1")).rejects.toThrow(/permission denied for database "shop"/);
    for (const user of ["shop_app", "analyst"]) {
      await expect(as(user, "SELECT 1")).rejects.toThrow(/permission denied for database "shop"/);
    }
    await as("shop_app", "SELECT 1", "other");
    expect(await sql("SELECT relacl::text FROM pg_class WHERE relacl::text LIKE '%reports_user%'")).toEqual([]);
    expect(await sql("SELECT defaclacl::text FROM pg_default_acl WHERE defaclacl::text LIKE '%reports_user%'")).toEqual(
      [],
    );
    expect(await as("shop_owner", "SHOW lock_timeout")).toEqual([{ lock_timeout: "0" }]);
    expect(await as("reports_user", "SHOW work_mem", "other")).toEqual([{ work_mem: "4MB" }]);
    expect(await sql("SELECT count(*)::int AS result FROM orders")).toEqual([{ result: before }]);
    expect(await refreshed()).toEqual({});
    declared = { databases, roles };
    await stack.up();
    expect(await as("reports_user", "SELECT count(*)::int AS result FROM orders")).toEqual([{ result: before }]);
  });

  it("drops neither a role nor a database that leaves the declaration, and none that owns something even when that is allowed", async () => {
    declared = { databases: databases.slice(0, 1), roles: (roles ?? []).filter(({ name }) => name !== "reports_user") };
    await expect(stack.up()).rejects.toThrow(/protect/);
    expect(await as("reports_user", "SELECT 1 AS one", "other")).toEqual([{ one: 1 }]);

    declared = { databases, roles: (roles ?? []).filter(({ name }) => name !== "reports_user") };
    await sql("CREATE TABLE precious AS SELECT 1 AS row; ALTER TABLE precious OWNER TO reports_user");
    const state = await stack.exportStack();
    const { resources = [] } = state.deployment;
    for (const resource of resources) if (resource.urn.includes("reports_user")) resource.protect = false;
    await stack.importStack(state);
    await expect(stack.up()).rejects.toThrow(
      /cannot drop the role "reports_user".*1 object in database shop.*REASSIGN OWNED BY "reports_user"/s,
    );
    expect(await sql("TABLE precious")).toEqual([{ row: 1 }]);
    await sql("REASSIGN OWNED BY reports_user TO shop_owner; DROP OWNED BY reports_user");
    await stack.up();
    expect(await sql("SELECT rolname::text FROM pg_roles WHERE rolname = 'reports_user'")).toEqual([]);
    expect(await as("shop_owner", "TABLE precious")).toEqual([{ row: 1 }]);
    expect(await refreshed()).toEqual({});
  });
});
