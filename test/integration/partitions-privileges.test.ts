import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { partitionFunctions } from "../../provider/partitions/partition-functions.ts";
import { partitionedTable } from "../../provider/partitions/partitioned-table.ts";
import { connectionOf, serverOf } from "../../provider/sql/connection.ts";
import { ensureSupport } from "../../provider/sql/support/index.ts";
import { docker } from "../support/docker.ts";
import { contextOf, inputsOf, Shop } from "../support/partitioned-tables.ts";
import { query } from "../support/sql.ts";

/** The owner of a database writes functions, and the maintenance is done by a superuser: none of the former may run as the latter. */
let shop: Shop;

const asOwner = (text: string) => query(shop.ownerUrl, text);

/** How often the owner's function has run as a superuser; a sequence also tells where the transaction was taken back. */
async function caught(): Promise<number> {
  const [row] = await shop.query<{ times: number }>("SELECT last_value::int - 1 AS times FROM public.caught");
  return Number(row?.times);
}

const numbers = {
  columns: [
    { name: "id", type: "bigint" },
    { name: "twice", type: "bigint", generated: "id * 2" },
  ],
  ...{ primaryKey: ["id"], column: "id", interval: { range: 1000 } },
};

/** In the image it needs a bucket. */
async function keepArchivesInFiles(): Promise<void> {
  const script = '#!/bin/sh\ncat > "/tmp/$(echo "$1" | tr / .)"\n';
  const exec = await docker.getContainer(shop.server.id).exec({
    Cmd: [
      "sh",
      "-c",
      `printf '%s' '${script}' > /usr/local/bin/archive-partition && chmod 755 /usr/local/bin/archive-partition`,
    ],
    User: "0",
    AttachStdout: true,
  });
  const stream = await exec.start({});
  for await (const _ of stream);
}

beforeAll(async () => {
  shop = await Shop.start();
  await keepArchivesInFiles();
  await asOwner(
    `CREATE SEQUENCE public.caught;
     SELECT nextval('public.caught');
     CREATE FUNCTION public.trap() RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
       IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN PERFORM nextval('public.caught'); END IF;
       RETURN 1;
     END $$`,
  );
  await shop.create("numbers", numbers);
  await shop.create("orders");
});

afterAll(() => shop?.remove());

describe("what the owner of a database has written", () => {
  it("is a trap for a superuser who only plans a query", async () => {
    await asOwner("CREATE INDEX trap_idx ON numbers_p0 ((public.trap()))");
    const before = await caught();
    await shop.query("EXPLAIN SELECT FROM numbers_p0");
    expect(await caught()).toBeGreaterThan(before);
  });

  it("does not run as a superuser in the maintenance, nor where its state is read or a partition archived", async () => {
    await asOwner("CREATE INDEX ON orders_default ((public.trap()))");
    const before = await caught();
    await shop.maintain();
    expect((await shop.lastRun("numbers")).ok).toBe(true);
    await asOwner("TABLE postgres_ha.partition_runway");
    await asOwner("SELECT * FROM postgres_ha.verify_partitions('numbers')");
    await shop.query("SELECT postgres_ha.archive_partition('numbers_p0')");
    expect(await caught()).toBe(before);
  });

  it("does not run as a superuser where a partition is made, whatever asks for it", async () => {
    await asOwner(
      `CREATE TABLE trips (id bigint NOT NULL CHECK (public.trap() = 1)) PARTITION BY RANGE (id);
       CREATE INDEX ON trips (id, (public.trap()))`,
    );
    const before = await caught();
    const adopted = { columns: undefined, primaryKey: undefined, column: "id", interval: { range: 1000 } };
    await shop.create("trips", { ...adopted, createFunction: "create_trips" });
    await asOwner("SELECT create_trips(70000), postgres_ha.create_partition('trips', 80000)");
    await asOwner("SELECT postgres_ha.maintain_all_partitions()");
    expect(await shop.children("trips")).toEqual(expect.arrayContaining(["p70000", "p80000", "default"]));
    expect(await caught()).toBe(before);
  });

  it("does not run as a superuser where rows are counted for the way to convert a table", async () => {
    await asOwner(
      "CREATE TABLE visitors (id bigint); INSERT INTO visitors VALUES (1); CREATE INDEX ON visitors ((public.trap()))",
    );
    const before = await caught();
    await expect(
      shop.create("visitors", { columns: undefined, primaryKey: undefined, column: "id", interval: { range: 1000 } }),
    ).rejects.toThrow("holds 1 row, and is not partitioned");
    expect(await caught()).toBe(before);
  });

  it("does not run as a superuser by the name of a DEFAULT partition that is to go", async () => {
    await asOwner(
      `CREATE TABLE visits (at timestamptz NOT NULL) PARTITION BY RANGE (at);
       CREATE TABLE "d', public.trap(); RAISE '%" PARTITION OF visits DEFAULT;
       INSERT INTO visits VALUES ('2001-01-01')`,
    );
    const before = await caught();
    const adopted = { columns: undefined, primaryKey: undefined, column: "at", defaultPartition: false };
    await expect(shop.create("visits", adopted)).rejects.toThrow(
      "1 rows are in d', public.trap(); RAISE '%, so it stays",
    );
    expect(await caught()).toBe(before);
  });

  it("is not found by the maintenance where the database has a search_path of its owner's", async () => {
    await asOwner(
      `CREATE SCHEMA evil;
       CREATE FUNCTION evil.clock_timestamp() RETURNS timestamptz LANGUAGE sql AS $$ SELECT pg_catalog.clock_timestamp() FROM public.trap() $$;
       CREATE FUNCTION evil.cardinality(text[]) RETURNS int LANGUAGE sql AS $$ SELECT pg_catalog.cardinality($1) + 0 * public.trap() $$;
       CREATE FUNCTION evil.eq(text, text) RETURNS boolean LANGUAGE sql AS $$ SELECT $1 OPERATOR(pg_catalog.=) $2 FROM public.trap() $$;
       CREATE OPERATOR evil.= (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.eq);
       CREATE FUNCTION evil.both(text, text) RETURNS text LANGUAGE sql AS $$ SELECT $1 OPERATOR(pg_catalog.||) $2 FROM public.trap() $$;
       CREATE OPERATOR evil.|| (LEFTARG = text, RIGHTARG = text, FUNCTION = evil.both);
       CREATE DOMAIN evil.text AS pg_catalog.text CHECK (public.trap() = 1);
       ALTER DATABASE shop SET search_path = evil, pg_catalog, public`,
    );
    try {
      await shop.query("DROP TABLE public.numbers_p2000");
      const before = await caught();
      await shop.query("COMMENT ON SCHEMA postgres_ha IS 'of another version'");
      const connection = connectionOf({ database: shop.database });
      const server = serverOf(connection, contextOf("support"));
      const path = await server.transaction({
        purpose: "prepare",
        run: async (session) => {
          await ensureSupport(session);
          return session.query<{ search_path: string }>("SHOW search_path");
        },
      });
      expect(path).toEqual([{ search_path: "evil, pg_catalog, public" }]);
      await shop.maintain();
      expect(await caught()).toBe(before);
      expect((await shop.lastRun("numbers")).made).toEqual(["numbers_p2000"]);
      const inputs = inputsOf(shop.database, "numbers", numbers);
      expect(await partitionedTable.read(undefined, "numbers", inputs, contextOf("numbers"), inputs)).toBeDefined();
      await partitionedTable.delete(undefined, "numbers", inputs, contextOf("numbers"));
      const functions = { database: shop.database, schema: "public" };
      await partitionFunctions.create(undefined, functions, contextOf("functions"));
      expect(await partitionFunctions.read(undefined, "public", functions, contextOf("functions"), {})).toBeDefined();
      await partitionFunctions.delete(undefined, "public", functions, contextOf("functions"));
      expect(await caught()).toBe(before);
    } finally {
      await shop.query("ALTER DATABASE shop RESET search_path");
      await shop.create("numbers", numbers);
    }
  });
});

describe("whoever asks for a partition", () => {
  it("gives it no types of their own", async () => {
    const before = await caught();
    await asOwner(
      `CREATE DOMAIN pg_temp.text AS pg_catalog.text CHECK (public.trap() = 1); CREATE DOMAIN pg_temp.oid AS pg_catalog.oid CHECK (public.trap() = 1);
       SELECT postgres_ha.create_partition('numbers', 50000)`,
    );
    expect(await caught()).toBe(before);
  });
});

describe("the owner of a table", () => {
  it("needs no right to make tables in its schema or to use what its triggers call, and gets none", async () => {
    await shop.query(
      `CREATE SCHEMA closed;
       CREATE TABLE closed.doors (id bigint NOT NULL) PARTITION BY RANGE (id);
       ALTER TABLE closed.doors REPLICA IDENTITY FULL;
       CREATE FUNCTION closed.rings() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
       REVOKE ALL ON FUNCTION closed.rings() FROM PUBLIC;
       CREATE TRIGGER rings AFTER INSERT ON closed.doors FOR EACH ROW EXECUTE FUNCTION closed.rings();
       ALTER TABLE closed.doors OWNER TO shop`,
    );
    const adopted = { columns: undefined, primaryKey: undefined, column: "id", interval: { range: 1000 } };
    await shop.create("doors", { schema: "closed", ...adopted });
    const [kept] = await shop.query(
      `SELECT has_schema_privilege('shop', 'closed', 'USAGE') OR has_schema_privilege('shop', 'closed', 'CREATE')
         OR has_function_privilege('shop', 'closed.rings()', 'EXECUTE') AS any`,
    );
    expect(kept).toEqual({ any: false });
    const children = await shop.query(
      `SELECT DISTINCT c.relowner::regrole::text AS owner, c.relreplident AS replica FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
       WHERE i.inhparent = 'closed.doors'::regclass`,
    );
    expect(children).toEqual([{ owner: "shop", replica: "f" }]);
  });
});

describe("the owner of a database", () => {
  it("reads what became of its tables", async () => {
    for (const name of ["partition_log", "partitioned_tables", "archived_partitions", "conversions"])
      await asOwner(`TABLE postgres_ha.${name}`);
  });
});

describe("archives", () => {
  it("of two partitions whose names become one are two, without the columns that are computed", async () => {
    const from = (table: string) =>
      shop.query<{ object: string }>(`SELECT postgres_ha.archive_partition('${table}') AS object`);
    await shop.query(
      `CREATE TABLE public."a b" (id bigint, twice bigint GENERATED ALWAYS AS (id * 2) STORED); INSERT INTO public."a b" VALUES (1);
       CREATE TABLE public."a.b" (LIKE public."a b"); INSERT INTO public."a.b" VALUES (2)`,
    );
    const [first] = await from('"a b"');
    const [second] = await from('"a.b"');
    expect(first?.object).toBe("partitions/shop/public/a_b.csv.gz");
    expect(second?.object).toMatch(/^partitions\/shop\/public\/a_b-\d{8}T\d{12}\.csv\.gz$/);
    const [held] = await shop.query("SELECT pg_read_file('/tmp/partitions.shop.public.a_b.csv.gz') AS text");
    expect(held).toEqual({ text: "id\n1\n" });
  });
});
