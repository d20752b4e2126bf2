import { Database, Extension, Provider, Role, type RoleArgs } from "@pulumi/postgresql";
import { secret } from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../fixtures/stand-ins/engine.ts";
import { startPostgres, type ThrowawayPostgres } from "../support/postgres.ts";
import { query } from "../support/sql.ts";

const rolePassword = "it's a \\ password";

describe("the stand-in for the postgresql provider", () => {
  let engine: Engine;
  let stack: Stack;
  let server: ThrowawayPostgres;
  /** What the program declares; each test sets it anew. */
  let declare: (provider: Provider) => void = () => undefined;

  beforeAll(async () => {
    engine = await Engine.start("postgresql");
    server = await startPostgres();
    stack = await engine.stack(async () => {
      declare(
        new Provider("server", {
          host: "127.0.0.1",
          port: server.port,
          username: server.user,
          password: server.password,
          sslmode: "disable",
          connectTimeout: 10,
        }),
      );
    });
  });
  afterEach(async () => {
    declare = () => undefined;
    await stack.destroy();
    expect(await names()).toEqual([]);
  });
  afterAll(async () => {
    await engine?.remove();
    await server?.remove();
  });

  const sql = (text: string, database?: string) => query(server.url(database), text);
  const first = async (text: string, database?: string) => (await sql(text, database))[0];
  /** The roles and databases that are not the server's own. */
  const names = async () => {
    const rows = await sql(
      `SELECT rolname AS name FROM pg_roles WHERE oid >= 16384 UNION ALL SELECT datname FROM pg_database WHERE oid >= 16384 ORDER BY 1`,
    );
    return rows.map(({ name }) => name);
  };
  const changes = async () => (await stack.up()).summary.resourceChanges;
  const refreshed = async () => (await stack.refresh()).summary.resourceChanges;
  const app = (args: RoleArgs = {}) =>
    ({ name: "app", login: true, password: secret(rolePassword), connectionLimit: 5, ...args }) satisfies RoleArgs;

  it("makes a role, a database and an extension, and leaves them alone from then on", async () => {
    declare = (provider) => {
      const role = new Role(
        "app",
        app({ roles: ["pg_monitor", "pg_read_all_stats"], searchPaths: ["$user", "a schema"] }),
        { provider },
      );
      const database = new Database("data", { name: "data", owner: role.name, encoding: "utf-8" }, { provider });
      new Extension("trgm", { name: "pg_trgm", database: database.name }, { provider });
    };
    expect((await stack.preview()).changeSummary.create).toBe(5);
    expect(await changes()).toEqual({ create: 5 });

    const as = `postgres://app:${encodeURIComponent(rolePassword)}@127.0.0.1:${server.port}/data`;
    const [row] = await query(
      as,
      "SELECT public.similarity('word', 'word') AS alike, current_setting('search_path') AS path",
    );
    expect(row).toEqual({ alike: 1, path: '"$user", "a schema"' });
    expect(await engine.stateText()).not.toContain(JSON.stringify(rolePassword).slice(1, -1));
    expect(await engine.stateText()).not.toContain(server.password);
    expect((await engine.resourceOf("Extension")).id).toBe("data.pg_trgm");
    expect((await engine.resourceOf("Database")).outputs).toMatchObject({
      owner: "app",
      lcCollate: "C.UTF-8",
      template: "template0",
    });

    expect(await changes()).toEqual({ same: 5 });
    expect(await refreshed()).toEqual({ same: 5 });
    expect(await changes()).toEqual({ same: 5 });
    expect(await engine.stateText()).not.toContain(JSON.stringify(rolePassword).slice(1, -1));
  });

  it("sees what was changed by hand and puts it right", async () => {
    declare = (provider) => {
      const role = new Role("app", app({ statementTimeout: 5000 }), { provider });
      const database = new Database("data", { name: "data", owner: role.name }, { provider });
      new Extension("trgm", { name: "pg_trgm", database: database.name, schema: "public" }, { provider });
    };
    await stack.up();
    await sql("ALTER ROLE app SUPERUSER NOLOGIN CONNECTION LIMIT 1; ALTER ROLE app SET statement_timeout TO '1min'");
    await sql("ALTER DATABASE data OWNER TO postgres");
    await sql("ALTER DATABASE data CONNECTION LIMIT 7");
    await sql("CREATE SCHEMA elsewhere; ALTER EXTENSION pg_trgm SET SCHEMA elsewhere", "data");

    expect(await refreshed()).toEqual({ same: 2, update: 3 });
    expect((await engine.resourceOf("Role")).inputs).toMatchObject({ superuser: true, statementTimeout: 60_000 });
    expect(await changes()).toEqual({ same: 2, update: 3 });
    expect(
      await first("SELECT rolsuper, rolcanlogin, rolconnlimit, rolconfig FROM pg_roles WHERE rolname = 'app'"),
    ).toEqual({
      rolsuper: false,
      rolcanlogin: true,
      rolconnlimit: 5,
      rolconfig: ["statement_timeout=5000"],
    });
    const owner = "SELECT pg_get_userbyid(datdba)::text AS owner, datconnlimit FROM pg_database WHERE datname = 'data'";
    expect(await first(owner)).toEqual({ owner: "app", datconnlimit: -1 });
    const schema = "SELECT extnamespace::regnamespace::text AS schema FROM pg_extension WHERE extname = 'pg_trgm'";
    expect(await first(schema, "data")).toEqual({ schema: "public" });
    expect(await refreshed()).toEqual({ same: 5 });
  });

  it("makes anew what was dropped by hand, once a refresh has seen it", async () => {
    declare = (provider) => {
      const database = new Database("data", { name: "data" }, { provider });
      new Extension("trgm", { name: "pg_trgm", database: database.name }, { provider });
    };
    await stack.up();
    await sql("DROP DATABASE data");
    expect(await refreshed()).toEqual({ same: 2, delete: 2 });
    expect(await changes()).toEqual({ same: 2, create: 2 });
  });

  it("changes roles and databases in place, their names too", async () => {
    let name = "app";
    let password = rolePassword;
    declare = (provider) => {
      const role = new Role("app", app({ name, password: secret(password), roles: ["pg_monitor"] }), { provider });
      new Database("data", { name: `${name}-data`, owner: role.name, connectionLimit: name.length }, { provider });
    };
    await stack.up();
    const oid = await first("SELECT oid FROM pg_database WHERE datname = 'app-data'");
    name = "renamed";
    password = "another";
    expect(await changes()).toEqual({ same: 2, update: 2 });
    expect(await first("SELECT oid FROM pg_database WHERE datname = 'renamed-data' AND datconnlimit = 7")).toEqual(oid);
    await query(`postgres://renamed:another@127.0.0.1:${server.port}/renamed-data`, "SELECT 1");
    expect(await refreshed()).toEqual({ same: 4 });
    expect((await engine.resourceOf("Role")).id).toBe("renamed");
  });

  it("replaces a database whose encoding changes, and an extension that moves to another database", async () => {
    let encoding = "UTF8";
    let where = "one";
    declare = (provider) => {
      new Database("text", { name: "text", encoding, lcCollate: "C", lcCtype: "C" }, { provider });
      const databases = ["one", "two"].map((name) => new Database(name, { name }, { provider }));
      new Extension("trgm", { name: "pg_trgm", database: where }, { provider, dependsOn: databases });
    };
    await stack.up();
    encoding = "utf-8";
    expect(await changes()).toEqual({ same: 6 });
    encoding = "SQL_ASCII";
    where = "two";
    expect(await changes()).toEqual({ same: 4, replace: 2 });
    expect(
      await first("SELECT pg_encoding_to_char(encoding)::text AS encoding FROM pg_database WHERE datname = 'text'"),
    ).toEqual({
      encoding: "SQL_ASCII",
    });
    const there = "SELECT count(*)::int AS count FROM pg_extension WHERE extname = 'pg_trgm'";
    expect([await first(there, "one"), await first(there, "two")]).toEqual([{ count: 0 }, { count: 1 }]);
  });

  it("keeps the database where a replacement is the same one", async () => {
    declare = (provider) => new Database("data", { name: "data" }, { provider });
    await stack.up();
    await sql("CREATE TABLE kept AS SELECT 1 AS row", "data");
    const { urn } = await engine.resourceOf("Database");
    await stack.up({ replace: [urn] });
    expect(await sql("TABLE kept", "data")).toEqual([{ row: 1 }]);
    expect(await refreshed()).toEqual({ same: 3 });
  });

  it("imports what exists", async () => {
    await sql("CREATE ROLE app LOGIN CONNECTION LIMIT 5; CREATE EXTENSION IF NOT EXISTS pg_trgm");
    await sql("CREATE DATABASE data OWNER app");
    await sql("CREATE EXTENSION hstore", "data");
    let imported = true;
    declare = (provider) => {
      const from = (id: string) => ({ provider, ...(imported ? { import: id } : {}) });
      new Role("app", { name: "app", login: true, connectionLimit: 5 }, from("app"));
      new Database("data", { name: "data", owner: "app" }, from("data"));
      new Extension("hstore", { name: "hstore", database: "data" }, from("data.hstore"));
    };
    expect(await changes()).toMatchObject({ import: 3 });
    imported = false;
    expect(await changes()).toEqual({ same: 5 });
    expect(await refreshed()).toEqual({ same: 5 });
    await sql("DROP EXTENSION pg_trgm");
  });

  it("repeats a run that was killed, and takes nothing over that is not its own", async () => {
    declare = (provider) => {
      const role = new Role("app", app(), { provider });
      new Database("data", { name: "data", owner: role.name }, { provider });
    };
    await stack.up();
    // As if the engine had died before it could write down what it made.
    const before = await stack.exportStack();
    const { resources = [] } = before.deployment;
    const forgotten = resources.filter(({ type }: { type: string }) => !/:(Role|Database)$/.test(type));
    await stack.importStack({ ...before, deployment: { ...before.deployment, resources: forgotten } });
    expect(await changes()).toEqual({ same: 2, create: 2 });

    await stack.destroy();
    await sql("CREATE ROLE app");
    await expect(stack.up()).rejects.toThrow(
      /role "app" exists already.*pulumi import postgresql:index\/role:Role app app/s,
    );
    await sql("DROP ROLE app");
    await sql("CREATE DATABASE data");
    await sql("CREATE TABLE precious (id int)", "data");
    await expect(stack.up()).rejects.toThrow(/database "data" exists already.*pulumi import/s);
    expect(await sql("TABLE precious", "data")).toEqual([]);
    await sql("DROP DATABASE data");
  });

  it("takes an empty database over that a killed run left without its comment", async () => {
    await sql("CREATE ROLE app");
    await sql("CREATE DATABASE data OWNER app TEMPLATE template0");
    declare = (provider) => new Database("data", { name: "data", owner: "app" }, { provider });
    expect(await changes()).toMatchObject({ create: 3 });
    await stack.destroy();
    await sql("DROP ROLE app");
  });

  it("drops a database that is in use, and a role that owns things", async () => {
    declare = (provider) => {
      new Role("app", app(), { provider });
      new Database("data", { name: "data" }, { provider });
    };
    await stack.up();
    await sql("CREATE TABLE theirs (id int); ALTER TABLE theirs OWNER TO app");
    const busy = query(server.url("data"), "SELECT pg_sleep(60)").catch((error: Error) => error.message);
    await stack.destroy();
    expect(await busy).toMatch(/terminating connection|terminated/);
    expect(await first("SELECT tableowner::text AS owner FROM pg_tables WHERE tablename = 'theirs'")).toEqual({
      owner: "postgres",
    });
    await sql("DROP TABLE theirs");
  });

  it("does with the rights of a provider user who is no superuser", async () => {
    await sql("CREATE ROLE builder LOGIN CREATEROLE CREATEDB PASSWORD 'builder'");
    let owner = "app";
    declare = () => {
      const settings = {
        host: "127.0.0.1",
        port: server.port,
        username: "builder",
        password: "builder",
        sslmode: "disable",
      };
      const provider = new Provider("builder", settings);
      const roles = ["app", "other"].map((name) => new Role(name, { name, login: true }, { provider }));
      new Database("data", { name: "data", owner, alterObjectOwnership: true }, { provider, dependsOn: roles });
    };
    expect(await changes()).toEqual({ create: 6 });
    owner = "other";
    expect(await changes()).toEqual({ same: 5, update: 1 });
    await stack.destroy();
    expect(await sql("SELECT 1 FROM pg_auth_members WHERE member = 'builder'::regrole")).toEqual([]);
    await sql("DROP ROLE builder");
  });

  it("tells what is wrong and never a password", async () => {
    declare = (provider) => new Role("app", app({ connectionLimit: -2, statementTimeout: -1 }), { provider });
    await expect(stack.up()).rejects.toThrow(
      /connectionLimit is -2.*statementTimeout is -1|statementTimeout is -1.*connectionLimit is -2/s,
    );
    declare = () => {
      const settings = { host: "127.0.0.1", port: server.port, sslmode: "disable", password: "wrong password" };
      new Role("app", app(), { provider: new Provider("other", settings) });
    };
    const failure = await stack.up().catch((error: Error) => error.message);
    expect(failure).toMatch(new RegExp(`PostgreSQL at 127.0.0.1:${server.port}.*user "postgres".*28P01`, "s"));
    expect(failure).not.toContain("wrong password");
    expect(failure).not.toContain(rolePassword);
  });
});
