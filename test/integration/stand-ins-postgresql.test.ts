import {
  Database,
  DefaultPrivileges,
  Extension,
  Grant,
  type GrantArgs,
  Provider,
  Role,
  type RoleArgs,
  Schema,
} from "@pulumi/postgresql";
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

  /** A database with tables of every kind, and a role that may do nothing yet. */
  const withTables = async () => {
    await sql("CREATE ROLE app; CREATE ROLE reader LOGIN PASSWORD 'reader'");
    await sql("CREATE DATABASE data OWNER app");
    await sql(
      `SET ROLE app;
       CREATE TABLE plain (id int GENERATED ALWAYS AS IDENTITY);
       CREATE TABLE parted (id int) PARTITION BY RANGE (id);
       CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (10);
       CREATE VIEW seen AS TABLE plain;
       CREATE MATERIALIZED VIEW kept AS TABLE plain`,
      "data",
    );
    return async () => {
      await sql("DROP DATABASE data WITH (FORCE)");
      await sql("DROP ROLE app; DROP ROLE reader");
    };
  };
  const asReader = (text: string) => query(`postgres://reader:reader@127.0.0.1:${server.port}/data`, text);
  const onTables = (args: Partial<GrantArgs> = {}): GrantArgs => ({
    ...{ role: "reader", database: "data", schema: "public", objectType: "table", privileges: ["SELECT"] },
    ...args,
  });

  it("grants on what there is and on what comes, and takes it back", async () => {
    const remove = await withTables();
    declare = (provider) => {
      const more = { provider };
      new Grant("tables", onTables(), more);
      new Grant("sequences", onTables({ objectType: "sequence" }), more);
      new DefaultPrivileges("tables", { ...onTables(), owner: "app" }, more);
      new Grant("public", onTables({ role: "public", objectType: "database", privileges: [] }), more);
      new Grant("connect", onTables({ objectType: "database", privileges: ["CONNECT"] }), more);
    };
    expect(await changes()).toEqual({ create: 7 });
    const ids = await Promise.all([engine.resourcesOf("Grant"), engine.resourcesOf("DefaultPrivileges")]);
    expect(
      ids
        .flat()
        .map(({ id }) => id)
        .sort(),
    ).toEqual([
      "public_data_database",
      "reader_data_database",
      "reader_data_public_app_table",
      "reader_data_public_sequence",
      "reader_data_public_table",
    ]);
    await sql("SET ROLE app; CREATE TABLE later AS SELECT 1 AS row", "data");
    for (const table of ["plain", "parted", "parted_1", "seen", "kept", "later", "plain_id_seq"]) {
      await asReader(`SELECT * FROM ${table}`);
      await expect(asReader(`INSERT INTO ${table} VALUES (1)`)).rejects.toThrow(/permission denied|cannot/);
    }
    await expect(asReader("CREATE TEMP TABLE mine (id int)")).rejects.toThrow(/permission denied/);
    expect(await changes()).toEqual({ same: 7 });
    expect(await refreshed()).toEqual({ same: 7 });
    expect(await changes()).toEqual({ same: 7 });

    declare = (provider) => {
      new Grant("connect", onTables({ objectType: "database", privileges: ["CONNECT"] }), { provider });
    };
    await stack.up();
    await expect(asReader("TABLE plain")).rejects.toThrow(/permission denied/);
    await sql("SET ROLE app; CREATE TABLE last (id int)", "data");
    await expect(asReader("TABLE last")).rejects.toThrow(/permission denied/);
    await stack.destroy();
    await remove();
  });

  it("sees grants that were made or taken by hand, and puts them right", async () => {
    const remove = await withTables();
    declare = (provider) => {
      const more = { provider };
      new Grant("tables", onTables(), more);
      new DefaultPrivileges("tables", { ...onTables(), owner: "app" }, more);
      new Grant("schema", onTables({ role: "public", objectType: "schema", privileges: ["USAGE"] }), more);
      new Grant("database", onTables({ role: "public", objectType: "database", privileges: [] }), more);
    };
    const privileges = () =>
      sql(
        `SELECT relacl::text, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace
         UNION ALL SELECT defaclacl::text, '' FROM pg_default_acl UNION ALL SELECT nspacl::text, nspname FROM pg_namespace
         UNION ALL SELECT datacl::text, datname FROM pg_database ORDER BY 2, 1`,
        "data",
      );
    const defaults = "ALTER DEFAULT PRIVILEGES FOR ROLE app IN SCHEMA public";
    await stack.up();
    const before = await privileges();

    await sql(
      `REVOKE SELECT ON parted FROM reader; GRANT CREATE ON SCHEMA public TO PUBLIC; GRANT CONNECT ON DATABASE data TO PUBLIC;
       ${defaults} GRANT INSERT ON TABLES TO reader`,
      "data",
    );
    expect(await refreshed()).toEqual({ same: 2, update: 4 });
    expect(await changes()).toEqual({ same: 2, update: 4 });
    expect(await privileges()).toEqual(before);

    await sql(`GRANT INSERT ON parted_1 TO reader; ${defaults} REVOKE ALL ON TABLES FROM reader`, "data");
    expect(await refreshed()).toEqual({ same: 4, update: 1, delete: 1 });
    expect(await changes()).toEqual({ same: 4, update: 1, create: 1 });
    expect(await privileges()).toEqual(before);
    expect(await refreshed()).toEqual({ same: 6 });
    await stack.destroy();
    await remove();
  });

  it("changes grants in place, many at once, and keeps what a grant on more objects shares with the one before", async () => {
    const remove = await withTables();
    let objects = ["plain"];
    let privileges = ["SELECT", "INSERT"];
    const roles = Array.from({ length: 8 }, (_, index) => `role${index}`);
    declare = (provider) => {
      new Grant("some", onTables({ objects, privileges }), { provider });
      for (const name of roles) {
        const role = new Role(name, { name }, { provider });
        new Grant(name, onTables({ role: role.name }), { provider });
        new Grant(`${name}-schema`, onTables({ role: role.name, objectType: "schema", privileges: ["ALL"] }), {
          provider,
        });
      }
    };
    await stack.up();
    privileges = ["SELECT"];
    expect(await changes()).toEqual({ same: 26, update: 1 });
    objects = ["plain", "parted"];
    expect(await changes()).toEqual({ same: 26, replace: 1 });
    const granted = "SELECT relacl::text FROM pg_class WHERE relname IN ('plain', 'parted') ORDER BY relname";
    for (const { relacl } of await sql(granted, "data")) expect(relacl).toContain("reader=r/app");
    expect(await refreshed()).toEqual({ same: 27 });
    await stack.destroy();
    await remove();
  });

  it("leaves a role its rights on what it owns, then and when that is handed over", async () => {
    const remove = await withTables();
    await sql(
      "ALTER TABLE parted_1 OWNER TO reader; CREATE SEQUENCE numbers; ALTER SEQUENCE numbers OWNER TO reader",
      "data",
    );
    await sql(
      "CREATE SCHEMA theirs AUTHORIZATION reader; CREATE FUNCTION one(int) RETURNS int LANGUAGE sql RETURN 1; ALTER FUNCTION one OWNER TO reader",
      "data",
    );
    declare = (provider) => {
      new Grant("tables", onTables(), { provider });
      new Grant("sequences", onTables({ objectType: "sequence" }), { provider });
      new Grant("functions", onTables({ objectType: "function", privileges: [] }), { provider });
      new Grant("schema", onTables({ objectType: "schema", schema: "theirs", privileges: ["USAGE"] }), { provider });
    };
    await stack.up();
    await asReader("INSERT INTO parted_1 VALUES (1)");
    await asReader("CREATE TABLE theirs.mine AS SELECT nextval('numbers'), one(1)");
    expect(await refreshed()).toEqual({ same: 6 });
    await stack.destroy();
    await sql("REASSIGN OWNED BY reader TO app", "data");
    await sql("SET ROLE app; INSERT INTO parted VALUES (2); TABLE parted_1", "data");
    await sql("DROP OWNED BY reader", "data");
    await remove();
  });

  it("counts a grant as gone with what it is about", async () => {
    const remove = await withTables();
    declare = (provider) => {
      new Grant("tables", onTables(), { provider });
      new DefaultPrivileges("tables", { ...onTables(), owner: "app" }, { provider });
    };
    await stack.up();
    await remove();
    expect(await refreshed()).toEqual({ same: 2, delete: 2 });
  });

  it("makes, changes and keeps schemas", async () => {
    let owner = "app";
    declare = (provider) => {
      const roles = ["app", "other"].map((name) => new Role(name, { name }, { provider }));
      const database = new Database("data", { name: "data", owner: "app" }, { provider, dependsOn: roles });
      new Schema("audit", { name: "audit", database: database.name, owner }, { provider });
      new Schema("public", { name: "public", database: database.name }, { provider });
    };
    expect(await changes()).toEqual({ create: 7 });
    const owners =
      "SELECT nspname::text, nspowner::regrole::text AS owner FROM pg_namespace WHERE nspname IN ('audit', 'public') ORDER BY 1";
    expect(await sql(owners, "data")).toEqual([
      { nspname: "audit", owner: "app" },
      { nspname: "public", owner: "pg_database_owner" },
    ]);
    expect(await refreshed()).toEqual({ same: 7 });
    expect(await changes()).toEqual({ same: 7 });
    owner = "other";
    expect(await changes()).toEqual({ same: 6, update: 1 });
    await sql("ALTER SCHEMA audit OWNER TO postgres", "data");
    expect(await refreshed()).toEqual({ same: 6, update: 1 });
    expect(await changes()).toEqual({ same: 6, update: 1 });
    expect((await sql(owners, "data"))[0]).toEqual({ nspname: "audit", owner: "other" });

    await sql("CREATE TABLE audit.log AS SELECT 1 AS row", "data");
    const kept = declare;
    declare = (provider) => {
      for (const name of ["app", "other"]) new Role(name, { name }, { provider });
      new Database("data", { name: "data", owner: "app" }, { provider });
    };
    await expect(stack.up()).rejects.toThrow(/cannot drop the schema "audit".*table audit.log depends on/s);
    expect(await sql("TABLE audit.log", "data")).toEqual([{ row: 1 }]);
    await sql("DROP TABLE audit.log", "data");
    declare = kept;
    await stack.up();
  });

  it("drops no role that owns something in another database, and says what it is", async () => {
    declare = (provider) => {
      const role = new Role("app", app(), { provider });
      new Database("data", { name: "data", owner: role.name }, { provider });
    };
    await stack.up();
    await sql("SET ROLE app; CREATE TABLE precious AS SELECT 1 AS row", "data");
    declare = (provider) => {
      new Database("data", { name: "data", owner: "postgres" }, { provider });
    };
    await expect(stack.up()).rejects.toThrow(
      /cannot drop the role "app".*1 object in database data.*REASSIGN OWNED BY "app" TO .*DROP OWNED BY "app"/s,
    );
    expect(await sql("TABLE precious", "data")).toEqual([{ row: 1 }]);
    expect(await first("SELECT rolcanlogin FROM pg_roles WHERE rolname = 'app'")).toEqual({ rolcanlogin: true });
    await sql("REASSIGN OWNED BY app TO postgres; DROP OWNED BY app", "data");
    await stack.up();
    expect(await sql("SELECT 1 FROM pg_roles WHERE rolname = 'app'")).toEqual([]);
    expect(await sql("TABLE precious", "data")).toEqual([{ row: 1 }]);
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
