import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { byName } from "../../components/migrations/directory.ts";
import { migrationOf } from "../../components/migrations/file.ts";
import { loadScanner, type Scanner } from "../../components/migrations/scanner.ts";
import { migrations } from "../../provider/migrations/migrations.ts";
import type { Connection } from "../../provider/sql/connection.ts";
import type { Properties } from "../../toolchain/stand-ins/framework/types.ts";
import { root } from "../support/command.ts";
import { mustExecute } from "../support/docker.ts";
import { listening, makeDatabase } from "../support/in-database.ts";
import { startPostgres, type ThrowawayPostgres } from "../support/postgres.ts";
import { eventually, query } from "../support/sql.ts";

/** SQL files run once each, whole, and by the database's own record. */
let server: ThrowawayPostgres;
let scanner: Scanner;
let database: Connection;
let count = 0;

beforeAll(async () => {
  [server, scanner] = await Promise.all([startPostgres(), loadScanner()]);
});
afterAll(() => server?.remove());
beforeEach(async () => {
  count += 1;
  database = await makeDatabase(server, `m${count}`);
});

const sql = (text: string) => query(server.url(database.database), text);
const values = async (text: string) => (await sql(text)).map((row) => Object.values(row)[0]);

/** The inputs that the component renders of these files. */
function inputs(files: Readonly<Record<string, string>>, more: Properties = {}): Properties {
  const read = byName(Object.entries(files).map(([name, text]) => ({ name, sql: text }))).map((source) =>
    migrationOf(scanner, source, database.database),
  );
  expect(read.flatMap(({ mistakes }) => mistakes)).toEqual([]);
  return { database, history: "default", files: read.map(({ migration }) => migration), ...more };
}

async function up(files: Readonly<Record<string, string>>, more: Properties = {}): Promise<readonly string[]> {
  const context = listening();
  await migrations.create(undefined, inputs(files, more), context);
  return context.told;
}

/** An `up` of another process. */
function otherUp(files: Readonly<Record<string, string>>): ChildProcess {
  return spawn(
    process.execPath,
    ["--import", "tsx", join(root, "test/fixtures/run-migrations.ts"), JSON.stringify(inputs(files))],
    { cwd: root, stdio: "ignore" },
  );
}

/** Much of what a schema can hold, and data that looks like what it is not. */
const rich = String.raw`
CREATE EXTENSION pg_trgm;
CREATE TYPE mood AS ENUM ('it''s; fine', 'other');
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE TABLE "Odd ""T;able" (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, m mood, "from stdin;" text, doubled int GENERATED ALWAYS AS (length("from stdin;") * 2) STORED);
INSERT INTO "Odd ""T;able" (m, "from stdin;") VALUES ('other', E'\\.'), (NULL, E'a\tb\nc\\'), ('it''s; fine', '; COPY x FROM stdin;'), ('other', ''), ('other', E'\\restrict x\n\\.\n$$ /* -- "'), ('other', '漢字 é');
CREATE TABLE log (at timestamptz NOT NULL, body jsonb) PARTITION BY RANGE (at);
CREATE TABLE log_2026 PARTITION OF log FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
INSERT INTO log VALUES ('2026-05-05', '{"a": "it''s \"b\"; \\"}');
CREATE INDEX ON log USING gin (body jsonb_path_ops);
CREATE VIEW v AS SELECT id FROM "Odd ""T;able" WHERE "from stdin;" <> ';';
CREATE MATERIALIZED VIEW mv AS SELECT count(*) FROM log WITH DATA;
CREATE FUNCTION f(a text DEFAULT ';') RETURNS text LANGUAGE plpgsql AS $fn$ BEGIN RETURN $$;$$ || a; END; $fn$;
CREATE FUNCTION atomic() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 ELSE 2 END; SELECT 3; END;
CREATE PROCEDURE p() LANGUAGE sql BEGIN ATOMIC INSERT INTO log VALUES (now(), 'null'); DELETE FROM log WHERE at > now(); END;
CREATE FUNCTION t() RETURNS trigger LANGUAGE plpgsql AS 'begin return new; end';
CREATE TRIGGER trg BEFORE INSERT ON log FOR EACH ROW EXECUTE FUNCTION t();
CREATE RULE r AS ON DELETE TO log_2026 DO ALSO (INSERT INTO log VALUES (now(), '1'); SELECT ';');
COMMENT ON TABLE log IS 'semi; colon''s
\echo next line';
ALTER TABLE log ENABLE ROW LEVEL SECURITY;
CREATE POLICY own ON log USING (body ? ';');
GRANT SELECT ON log TO pg_monitor;
`;

const running = (fragment: string) =>
  eventually(async () => {
    const [found] = await query<{ pid: number }>(
      server.url(),
      "SELECT pid FROM pg_stat_activity WHERE query LIKE $1 AND state = 'active' AND pid <> pg_backend_pid()",
      [`%${fragment}%`],
    );
    if (!found) throw new Error(`nothing runs ${fragment}`);
    return found.pid;
  }, 20);
const terminate = (pid: number) => query(server.url(), "SELECT pg_terminate_backend($1)", [pid]);

const two = {
  "2_rows.sql": "INSERT INTO t SELECT generate_series(1, 3);",
  "1_table.sql": "CREATE TABLE t (id int);\nCREATE INDEX ON t (id);",
};

describe("files", () => {
  it("run once each in natural order, as the owner, and later ones follow", async () => {
    expect(await up(two)).toEqual(["ran 1_table.sql", "ran 2_rows.sql"]);
    expect(await up(two)).toEqual([]);
    expect(await up({ ...two, "10_more.sql": "INSERT INTO t VALUES (4)" })).toEqual(["ran 10_more.sql"]);
    expect(await values("SELECT count(*)::int FROM t")).toEqual([4]);
    expect(await values("SELECT tableowner FROM pg_tables WHERE tablename = 't'")).toEqual([database.owner]);
    expect(
      await values("SELECT name FROM postgres_ha.migrations WHERE finished_at IS NOT NULL ORDER BY position"),
    ).toEqual(["1_table.sql", "2_rows.sql", "10_more.sql"]);
  });

  it("that changed, are missing, or come before what ran are refused by name, and nothing runs", async () => {
    await up(two);
    const attempt = up({
      "0_before.sql": "CREATE TABLE before ();",
      "2_rows.sql": "INSERT INTO t VALUES (9);",
      "3_new.sql": "CREATE TABLE new ();",
    });
    await expect(attempt).rejects.toThrow(
      /1_table\.sql is missing.*2_rows\.sql has changed.*0_before\.sql is new and comes before 2_rows\.sql/s,
    );
    expect(await values("SELECT relname FROM pg_class WHERE relname IN ('before', 'new')")).toEqual([]);
  });

  it("of two sets live beside each other", async () => {
    await up(two);
    expect(await up({ "1_other.sql": "CREATE TABLE other ()" }, { history: "other" })).toEqual(["ran 1_other.sql"]);
  });

  it("leave nothing where the third statement fails, and say which it was", async () => {
    const file = `CREATE TABLE a (id int PRIMARY KEY);
INSERT INTO a VALUES (1);

INSERT INTO a
  VALUES (2),
  (1);
CREATE TABLE b ();`;
    await expect(up({ ...two, "3_bad.sql": file })).rejects.toThrow(
      /3_bad\.sql, line 4: duplicate key.*\(id\)=\(1\).*INSERT INTO a\n.*Nothing of the file stays/s,
    );
    expect(await values("SELECT relname FROM pg_class WHERE relname IN ('a', 'b')")).toEqual([]);
    expect(await values("SELECT name FROM postgres_ha.migrations ORDER BY position")).toEqual([
      "1_table.sql",
      "2_rows.sql",
    ]);
    expect(await up({ ...two, "3_bad.sql": file.replace("(1);\nCREATE", "(3);\nCREATE") })).toEqual(["ran 3_bad.sql"]);
  });

  it("show the very line of a mistake inside a statement", async () => {
    const file = "SELECT 1;\nCREATE TABLE a (\n  id int,\n  at timestamptzz\n);";
    await expect(up({ "1.sql": file })).rejects.toThrow(/1\.sql, line 4: type "timestamptzz" does not exist/);
  });

  it("speak of deferred constraints at their end", async () => {
    const file = `CREATE TABLE p (id int PRIMARY KEY);
CREATE TABLE c (id int REFERENCES p DEFERRABLE INITIALLY DEFERRED);
INSERT INTO c VALUES (1);`;
    await expect(up({ "1.sql": file })).rejects.toThrow(/1\.sql, line 3: .*violates foreign key constraint.*COMMIT/s);
    expect(await values("SELECT relname FROM pg_class WHERE relname = 'p'")).toEqual([]);
  });

  it("run what is deferred as whom they run", async () => {
    const trigger = `CREATE TABLE t (id int); CREATE TABLE seen (who name);
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO seen VALUES (current_user); RETURN NULL; END';
CREATE CONSTRAINT TRIGGER note AFTER INSERT ON t DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION note();`;
    await up({
      "1.sql": trigger,
      "2.sql": "INSERT INTO t VALUES (1)",
      "3.sql": "-- no-transaction\nINSERT INTO t VALUES (2)",
    });
    expect(await values("SELECT who FROM seen")).toEqual([database.owner, database.owner]);
  });

  it("say what the owner may not, and run as another role where one is named", async () => {
    const file = { "1.sql": "CREATE ROLE made;" };
    await expect(up(file)).rejects.toThrow(/permission denied to create role.*runs as "m\d+_owner".*argument role/s);
    expect(await up(file, { role: server.user })).toEqual(["ran 1.sql"]);
    await query(server.url(), "DROP ROLE made");
  });

  it("show up in a refresh as far as they ran", async () => {
    await up(two);
    const declared = inputs({ ...two, "3.sql": "SELECT 1" });
    const found = await migrations.read(undefined, "x", {}, listening(), declared);
    expect(found?.inputs.files).toMatchObject([{ name: "1_table.sql" }, { name: "2_rows.sql" }]);
  });
});

describe("a whole schema from a file", () => {
  it("of pg_dump is imported with its data", async () => {
    const file = String.raw`--
-- PostgreSQL database dump
--
\restrict dgKo2HlQ
SET statement_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET row_security = off;
CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;
COMMENT ON EXTENSION pg_trgm IS 'it''s; similar';
CREATE FUNCTION public.touch() RETURNS trigger LANGUAGE plpgsql AS $$
begin
  -- don't split; here
  new.at := now(); return new;
end $$;
CREATE TABLE public.customers (id bigint NOT NULL, name text, note text);
CREATE SEQUENCE public.customers_id_seq OWNED BY public.customers.id;
COPY public.customers (id, name, note) FROM stdin;
1	O'Brien	a;b
2	\N	tab\there
3	é	\\.
\.
SELECT pg_catalog.setval('public.customers_id_seq', 3, true);
ALTER TABLE ONLY public.customers ADD CONSTRAINT customers_pkey PRIMARY KEY (id);
DO $do$ BEGIN EXECUTE 'CREATE INDEX ON public.customers (name)'; END $do$;
CREATE FUNCTION public.one() RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN true THEN 1 END; END;
\unrestrict dgKo2HlQ
`;
    expect(await up({ "schema.sql": file }, { role: server.user })).toEqual(["ran schema.sql"]);
    expect(await sql("SELECT id::int, name, note FROM customers ORDER BY id")).toEqual([
      { id: 1, name: "O'Brien", note: "a;b" },
      { id: 2, name: null, note: "tab\there" },
      { id: 3, name: "é", note: "\\." },
    ]);
    expect(await values("SELECT one()")).toEqual([1]);
  });

  it.each([[[]], [["--inserts"]], [["--create", "--column-inserts"]]])(
    "that pg_dump wrote, %j, becomes what was dumped",
    async (options) => {
      await sql(rich);
      const source = database;
      const dump = async ({ database }: Connection, ...more: string[]) =>
        mustExecute(
          server.id,
          ["pg_dump", "-h", "/tmp", "-U", server.user, ...more, database],
          [`PGPASSWORD=${server.password}`],
        );
      const text = await dump(source, ...options);
      expect(text).toContain("\\restrict ");
      count += 1;
      const target = await makeDatabase(server, `m${count}`);
      const file = text
        .replace(/^CREATE DATABASE .*$/m, "")
        .replace(/^ALTER DATABASE .*$/m, "")
        .replace(/^\\connect .*$/m, `\\connect ${target.database}`);
      database = target;
      await up({ "schema.sql": file }, { role: server.user });
      await sql("DROP SCHEMA postgres_ha CASCADE");
      const told = (dumped: string) => dumped.replace(/^\\(un)?restrict .*$/gm, "").split("\n");
      expect(told(await dump(target))).toEqual(told(await dump(source)));
    },
  );

  it("has its extensions from the superuser, and the rest from the owner", async () => {
    const file = `CREATE EXTENSION IF NOT EXISTS pageinspect;
COMMENT ON EXTENSION pageinspect IS 'as pg_dump has it';
CREATE TABLE t (id int);`;
    expect(await up({ "1.sql": file })).toEqual(["ran 1.sql"]);
    expect(await values("SELECT extowner::regrole::text FROM pg_extension WHERE extname = 'pageinspect'")).toEqual([
      server.user,
    ]);
    expect(await values("SELECT tableowner FROM pg_tables WHERE tablename = 't'")).toEqual([database.owner]);
  });

  it("whose data is wrong leaves nothing, and names the row", async () => {
    const file = "CREATE TABLE t (id int);\nCOPY t FROM stdin;\n1\nx\n\\.\n";
    await expect(up({ "1.sql": file })).rejects.toThrow(/1\.sql, line 2: invalid input syntax.*COPY t, line 2/s);
    expect(await values("SELECT relname FROM pg_class WHERE relname = 't'")).toEqual([]);
  });
});

describe("two runs at the same time", () => {
  it("run each file once", async () => {
    const files = {
      "1.sql": "CREATE TABLE t (id int); SELECT pg_sleep(0.5); INSERT INTO t VALUES (1);",
      "2.sql": "INSERT INTO t VALUES (2);",
    };
    // Another name of the same host is another connection, as another process has.
    const told = await Promise.all([up(files), up(files, { database: { ...database, host: "localhost" } })]);
    expect(told.flat().sort()).toEqual(["ran 1.sql", "ran 2.sql"]);
    expect(await values("SELECT id FROM t ORDER BY id")).toEqual([1, 2]);
  });

  it("do not keep an index from being built concurrently", async () => {
    await up(two);
    const files = {
      ...two,
      "3.sql": "-- no-transaction\nSELECT pg_sleep(0.5);\nCREATE INDEX CONCURRENTLY i ON t (id);",
    };
    const told = await Promise.all([up(files), up(files, { database: { ...database, host: "localhost" } })]);
    expect(told.flat()).toEqual(["ran 3.sql"]);
  });
});

describe("a table that others use", () => {
  it("is waited for, and nobody waits behind for long", async () => {
    await up(two);
    const holding = sql("BEGIN; SELECT count(*) FROM t; SELECT 'uses', pg_sleep(7); COMMIT");
    await running("SELECT 'uses'");
    const done = up({ ...two, "3.sql": "SELECT 1; ALTER TABLE t ADD COLUMN note text;" });
    await running("ALTER TABLE t");
    const asked = Date.now();
    await sql("SELECT count(*) FROM t");
    expect(Date.now() - asked).toBeLessThan(4500);
    expect(await done).toEqual(["ran 3.sql"]);
    await holding;
  });
});

describe("a run that is cut short", () => {
  it("in a transaction runs its file once: the server ends the session, and a new one begins", async () => {
    const done = up({ "1.sql": "CREATE TABLE t (id int); INSERT INTO t VALUES (1);\nSELECT 'cut', pg_sleep(1);" });
    await terminate(await running("SELECT 'cut'"));
    expect(await done).toEqual(["ran 1.sql"]);
    expect(await values("SELECT id FROM t")).toEqual([1]);
  });

  it("by a kill is completed by the next", async () => {
    const files = {
      ...two,
      "3.sql": "CREATE TABLE u (id int);\nINSERT INTO u VALUES (1);\nSELECT 'killed', pg_sleep(2);",
    };
    const other = otherUp(files);
    await running("SELECT 'killed'");
    other.kill("SIGKILL");
    await once(other, "exit");
    expect(await up(files)).toEqual(["ran 3.sql"]);
    expect(await values("SELECT id FROM u")).toEqual([1]);
  });
});

describe("a file outside a transaction", () => {
  const index =
    "-- no-transaction\nINSERT INTO t VALUES (7);\nCREATE INDEX CONCURRENTLY IF NOT EXISTS by_id ON t (id);\nVACUUM t;";
  const valid = () => values("SELECT indisvalid FROM pg_index WHERE indexrelid = 'by_id'::regclass");

  it("runs what no transaction can hold", async () => {
    expect(await up({ ...two, "3.sql": index })).toContain("ran 3.sql");
    expect(await valid()).toEqual([true]);
    expect(await up({ ...two, "3.sql": index })).toEqual([]);
  });

  it("has to say so", async () => {
    await expect(up({ ...two, "3.sql": index.replace("-- no-transaction\n", "") })).rejects.toThrow(
      /3\.sql, line 2: CREATE INDEX CONCURRENTLY cannot run inside a transaction block.*Begin the file with the line "-- no-transaction"/s,
    );
    expect(await values("SELECT count(*)::int FROM t")).toEqual([3]);
  });

  it("goes on where it failed, and may be mended from there on only", async () => {
    const bad = "-- no-transaction\nINSERT INTO t VALUES (7);\nINSERT INTO t VALUES ('x');\n";
    await expect(up({ ...two, "3.sql": bad })).rejects.toThrow(/3\.sql, line 3: .*statements before it stay/s);
    await expect(up({ ...two, "3.sql": bad.replace("7", "8") })).rejects.toThrow(/3\.sql, line 2: .*ran already/);
    expect(await up({ ...two, "3.sql": bad.replace("'x'", "9") })).toEqual(["ran 3.sql"]);
    expect(await values("SELECT id FROM t WHERE id > 3 ORDER BY id")).toEqual([7, 9]);
  });

  it("drops an index that a cut left INVALID, and builds it again", async () => {
    await up(two);
    const blocker = query(
      server.url(database.database),
      "BEGIN; SELECT count(*) FROM t; SELECT 'blocks', pg_sleep(3); COMMIT",
    );
    await running("SELECT 'blocks'");
    const done = up({ ...two, "3.sql": index });
    await terminate(await running("CREATE INDEX CONCURRENTLY"));
    const told = await done;
    await blocker;
    expect(told).toEqual([expect.stringMatching(/dropped public\.by_id/), "ran 3.sql"]);
    expect(await valid()).toEqual([true]);
    expect(await values("SELECT count(*)::int FROM t WHERE id = 7")).toEqual([1]);
  });

  it("takes an index for built that was ready when nobody was there to note it", async () => {
    await up(two);
    const blocker = query(
      server.url(database.database),
      "BEGIN; SELECT count(*) FROM t; SELECT 'holds', pg_sleep(3); COMMIT",
    );
    await running("SELECT 'holds'");
    const plain = index.replace("IF NOT EXISTS ", "");
    const other = otherUp({ ...two, "3.sql": plain });
    await running("CREATE INDEX CONCURRENTLY");
    other.kill("SIGKILL");
    await blocker;
    expect(await up({ ...two, "3.sql": plain })).toEqual(["ran 3.sql"]);
    expect(await valid()).toEqual([true]);
  });

  it("does not take an INVALID index of somebody else for its own", async () => {
    await up({ ...two, "3.sql": "INSERT INTO t VALUES (1)" });
    await sql("CREATE UNIQUE INDEX CONCURRENTLY by_id ON t (id)").catch(() => undefined);
    expect(await valid()).toEqual([false]);
    await expect(up({ ...two, "3.sql": "INSERT INTO t VALUES (1)", "4.sql": index })).rejects.toThrow(
      /4\.sql, line 3: the index public\.by_id is INVALID; drop it/,
    );
  });
});
