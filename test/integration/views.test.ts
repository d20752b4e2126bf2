import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseArguments } from "../../components/arguments.ts";
import { materializedViewArgs } from "../../components/views/args.ts";
import { viewInputs } from "../../components/views/inputs.ts";
import type { Connection } from "../../provider/sql/connection.ts";
import { materializedView } from "../../provider/views/materialized-view.ts";
import type { Properties } from "../../toolchain/stand-ins/framework/types.ts";
import { listening, makeDatabase } from "../support/in-database.ts";
import { startPostgres, type ThrowawayPostgres, withCron } from "../support/postgres.ts";
import { eventually, query } from "../support/sql.ts";

/** A materialized view is read while it is refreshed, and another query takes its place whole. */
let server: ThrowawayPostgres;
let database: Connection;

beforeAll(async () => {
  server = await startPostgres(withCron);
  database = await makeDatabase(server, "shop");
  await sql(`CREATE TABLE shipments (day date, warehouse int, amount int); ALTER TABLE shipments OWNER TO shop_owner;
    INSERT INTO shipments SELECT '2026-01-01'::date + n % 3, n % 2, n FROM generate_series(1, 60) n`);
});
afterAll(() => server?.remove());

const sql = (text: string) => query(server.url("shop"), text);
/** A connection that is open before anything is measured. */
async function reader(): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: server.url("shop") });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}
/** In milliseconds. Those who would have to wait for what goes on meanwhile would wait for nearly all of its `long` seconds. */
const long = 6;
const atOnce = 3000;

const perDay = "SELECT day, warehouse, count(*)::int AS total FROM shipments GROUP BY 1, 2";

function inputs(more: object = {}): Properties {
  const args = { name: "stats", query: perDay, uniqueIndex: ["day", "warehouse"], refresh: "0 3 * * *", ...more };
  return { database, ...viewInputs(parseArguments("MaterializedView", materializedViewArgs, args)) };
}
const create = (more: object = {}, context = listening()) => materializedView.create(undefined, inputs(more), context);
const read = (more: object = {}) => materializedView.read(undefined, "x", inputs(more), listening(), inputs(more));
const indexes = async (name = "stats") =>
  (await sql(`SELECT indexname FROM pg_indexes WHERE tablename = '${name}' ORDER BY 1`)).map((row) => row.indexname);
const oid = async () => (await sql("SELECT 'stats'::regclass::oid AS oid"))[0]?.oid;

describe("a materialized view", () => {
  it("is made with its rows and its indexes, as the owner, and is there once", async () => {
    await create({ indexes: [{ columns: ["total"] }] });
    expect(await sql("SELECT sum(total)::int AS sum FROM stats")).toEqual([{ sum: 60 }]);
    expect(await sql("SELECT matviewowner FROM pg_matviews")).toEqual([{ matviewowner: "shop_owner" }]);
    expect(await indexes()).toEqual(["stats_day_warehouse_key", "stats_total_idx"]);
    const before = await oid();
    await create({ indexes: [{ columns: ["total"] }] });
    expect(await oid()).toBe(before);
    expect((await read({ indexes: [{ columns: ["total"] }] }))?.inputs).toEqual(
      inputs({ indexes: [{ columns: ["total"] }] }),
    );
  });

  it("changes its indexes and stays the same view", async () => {
    const before = await oid();
    await create({ indexes: [{ name: "stats_other", columns: ["total"], method: "brin" }] });
    expect(await indexes()).toEqual(["stats_day_warehouse_key", "stats_other"]);
    await create({ indexes: [{ name: "stats_other", columns: ["day"], method: "brin" }] });
    expect(await sql("SELECT indexdef FROM pg_indexes WHERE indexname = 'stats_other'")).toEqual([
      { indexdef: "CREATE INDEX stats_other ON public.stats USING brin (day)" },
    ]);
    await create();
    expect(await indexes()).toEqual(["stats_day_warehouse_key"]);
    expect(await oid()).toBe(before);
  });

  it("is refreshed by pg_cron, and read meanwhile", async () => {
    await sql(`CREATE FUNCTION slow() RETURNS int LANGUAGE sql VOLATILE AS 'SELECT 1 FROM pg_sleep(${long})'`);
    const slow = {
      name: "slow_stats",
      query: "SELECT count(*)::int AS total, slow() FROM shipments",
      uniqueIndex: ["total"],
    };
    await create({ ...slow, refresh: "2 seconds" });
    await sql("INSERT INTO shipments VALUES ('2026-02-01', 1, 1)");
    const client = await reader();
    await eventually(async () => {
      const refreshing = await sql(
        "SELECT FROM pg_stat_activity WHERE query LIKE 'REFRESH MATERIALIZED VIEW CONCURRENTLY%slow_stats%' AND state = 'active'",
      );
      expect(refreshing).toHaveLength(1);
    }, 20);
    const asked = Date.now();
    expect((await client.query("SELECT total FROM slow_stats")).rows).toEqual([{ total: 60 }]);
    expect(Date.now() - asked).toBeLessThan(atOnce);
    await client.end();
    await eventually(async () => expect(await sql("SELECT total FROM slow_stats")).toEqual([{ total: 61 }]), 30);
    await eventually(async () => {
      const [run] = await query(
        server.url(),
        "SELECT status FROM postgres_ha.job_runs WHERE job = 'refresh public.slow_stats' AND ended IS NOT NULL",
      );
      expect(run).toEqual({ status: "succeeded" });
    }, 20);
    const context = listening();
    await materializedView.delete(undefined, "x", inputs(slow), context);
    expect(context.told).toEqual([expect.stringContaining("stays, and nothing refreshes it")]);
    expect(await sql("SELECT total FROM slow_stats")).toEqual([{ total: 61 }]);
    expect(await query(server.url(), "SELECT FROM cron.job WHERE jobname LIKE '%slow_stats'")).toEqual([]);
  });
});

describe("another query", () => {
  const perWarehouse = {
    query: "SELECT warehouse, sum(amount)::int AS amount FROM shipments GROUP BY 1",
    uniqueIndex: ["warehouse"],
  };

  it("takes the view's place in one moment, with its grants", async () => {
    await sql(`CREATE ROLE reader; CREATE ROLE lister; CREATE ROLE late;
      GRANT SELECT ON stats TO reader WITH GRANT OPTION; GRANT SELECT (warehouse) ON stats TO lister; GRANT SELECT ON stats TO PUBLIC;
      COMMENT ON MATERIALIZED VIEW stats IS 'it''s daily';
      ALTER DEFAULT PRIVILEGES FOR ROLE shop_owner GRANT SELECT ON TABLES TO late`);
    let stop = false;
    const reading = (async () => {
      for (let reads = 0; ; reads += 1) {
        if (stop) return reads;
        await sql("SELECT count(*) FROM stats");
      }
    })();
    await create(perWarehouse);
    stop = true;
    expect(await reading).toBeGreaterThan(0);
    expect(await sql("SELECT count(*)::int AS rows FROM stats WHERE amount > 0")).toEqual([{ rows: 2 }]);
    expect(await indexes()).toEqual(["stats_warehouse_key"]);
    const [acl] = await sql(`SELECT relacl::text[] AS acl, attacl::text[] AS "column", obj_description(c.oid) AS comment
      FROM pg_class c JOIN pg_attribute a ON attrelid = c.oid AND attname = 'warehouse' WHERE c.oid = 'stats'::regclass`);
    expect(acl).toEqual({
      acl: [expect.stringMatching(/^shop_owner=/), "reader=r*/shop_owner", "=r/shop_owner"],
      column: ["lister=r/shop_owner"],
      comment: "it's daily",
    });
    expect((await read(perWarehouse))?.inputs).toEqual(inputs(perWarehouse));
  });

  it("waits for its readers without keeping others waiting", async () => {
    const holding = sql(`BEGIN; SELECT count(*) FROM stats; SELECT pg_sleep(${long}); COMMIT`);
    await eventually(
      async () =>
        expect(
          await sql(
            "SELECT FROM pg_stat_activity WHERE query LIKE 'BEGIN; SELECT count(*) FROM stats; SELECT pg_sleep%' AND wait_event = 'PgSleep'",
          ),
        ).toHaveLength(1),
      5,
    );
    const client = await reader();
    const swapped = create();
    let longest = 0;
    for (let until = Date.now() + (long - 1) * 1000; Date.now() < until; ) {
      const asked = Date.now();
      await client.query("SELECT count(*) FROM stats");
      longest = Math.max(longest, Date.now() - asked);
    }
    await Promise.all([holding, swapped]);
    await client.end();
    expect(longest).toBeLessThan(atOnce);
    expect(await sql("SELECT count(DISTINCT day)::int AS days FROM stats")).toEqual([{ days: 4 }]);
  });

  it("is refused where others depend on the view, with their names, and nothing has changed", async () => {
    await sql(
      "CREATE VIEW top AS SELECT * FROM stats; CREATE FUNCTION best() RETURNS SETOF stats LANGUAGE sql BEGIN ATOMIC SELECT * FROM stats; END",
    );
    const before = await oid();
    await expect(create(perWarehouse)).rejects.toThrow(/depend on it: function best\(\), view top; drop them/);
    expect(await oid()).toBe(before);
    await sql("DROP VIEW top; DROP FUNCTION best()");
  });

  it("that fails leaves the view that was there", async () => {
    await expect(create({ query: "SELECT 1 AS one FROM nothing" })).rejects.toThrow(
      /relation "nothing" does not exist/,
    );
    await expect(create({ query: "SELECT 1 AS day, 2 AS warehouse FROM shipments" })).rejects.toThrow(/is duplicated/);
    expect(await sql("SELECT count(DISTINCT day)::int AS days FROM stats")).toEqual([{ days: 4 }]);
  });

  it("made by hand shows in a refresh, and is taken back", async () => {
    await sql(`DROP MATERIALIZED VIEW stats; CREATE MATERIALIZED VIEW stats AS SELECT 1 AS day, 2 AS warehouse`);
    const found = await read();
    expect(found?.inputs.query).toMatch(/SELECT 1 AS day/);
    expect(found?.inputs.indexes).toEqual([]);
    await create();
    expect((await read())?.inputs).toEqual(inputs());
    await sql("DROP MATERIALIZED VIEW stats");
    expect(await read()).toBeUndefined();
    await create();
  });

  it("does not take the place of what is not its own", async () => {
    await sql("CREATE MATERIALIZED VIEW theirs AS SELECT 1 AS one; CREATE TABLE rows (one int)");
    await expect(create({ name: "theirs" })).rejects.toThrow(
      /theirs exists already, and was not made from this declaration/,
    );
    await expect(create({ name: "rows" })).rejects.toThrow(/rows exists and is no materialized view/);
  });
});
