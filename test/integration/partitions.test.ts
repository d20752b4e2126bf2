import fc from "fast-check";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { childName } from "../../components/partitions/child-names.ts";
import { boundsAt, rangeBoundsAt, timeUnits } from "../../components/partitions/interval.ts";
import { partitionedTable } from "../../provider/partitions/partitioned-table.ts";
import { columns, contextOf, inputsOf, months, Shop } from "../support/partitioned-tables.ts";
import { query } from "../support/sql.ts";

/** Partitioned tables on a real server whose time zone and way to write dates are far from UTC and ISO. */
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.start();
});
afterAll(() => shop?.remove());

describe("a partitioned table", () => {
  it("is made with its partitions, in UTC, of the names that were asked for, and belongs to the owner", async () => {
    await shop.create("orders", { names: "_y{YYYY}m{MM}", createFunction: "create_orders_partition_for_month" });
    expect(await shop.children("orders")).toEqual([...months(-1, 3), "default"]);
    const owners = await shop.query(
      "SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relname LIKE 'orders%'",
    );
    expect(owners).toEqual([{ owner: "shop" }]);
    const current = `orders_${months(0, 0)[0]}`;
    const indexes = await shop.query("SELECT indexname FROM pg_indexes WHERE tablename = $1", [current]);
    expect(indexes).toEqual([{ indexname: `${current}_pkey` }]);
  });

  it("is verified by one command, that leaves nothing behind", async () => {
    expect(await shop.failing("orders")).toEqual({});
    const [landed] = await shop.query<{ detail: string }>(
      "SELECT detail FROM postgres_ha.verify_partitions('orders') WHERE \"check\" = 'row of now'",
    );
    expect(landed?.detail).toBe(`in public.orders_${months(0, 0)[0]}: a row was inserted and taken back`);
    expect(await shop.query("SELECT * FROM orders")).toEqual([]);
  });

  it("has a job that pg_cron runs", async () => {
    const jobs = await query(
      shop.server.url(),
      "SELECT jobname, schedule, command, database FROM cron.job WHERE database = 'shop'",
    );
    expect(jobs).toEqual([
      {
        jobname: "shop: partitions at 0 2 * * *",
        schedule: "0 2 * * *",
        command: "CALL postgres_ha.maintain_partitions('0 2 * * *')",
        database: "shop",
      },
    ]);
  });

  it("is made once however often it is created", async () => {
    const before = await shop.children("orders");
    await shop.create("orders", { names: "_y{YYYY}m{MM}", createFunction: "create_orders_partition_for_month" });
    expect(await shop.children("orders")).toEqual(before);
  });

  it("leaves the session that makes a partition as it was", async () => {
    const settings = ["search_path", "TimeZone", "DateStyle", "lock_timeout", "session_replication_role"];
    const shown = `SELECT ${settings.map((name) => `current_setting('${name}') AS "${name}"`).join(", ")}`;
    const client = new pg.Client({ connectionString: shop.url });
    await client.connect();
    try {
      const before = (await client.query(shown)).rows;
      await client.query("SELECT create_orders_partition_for_month('2025-03-01')");
      await client.query("CALL postgres_ha.maintain_partitions('0 2 * * *')");
      expect((await client.query(shown)).rows).toEqual(before);
    } finally {
      await client.end();
    }
  });

  it("is refused to a second resource", async () => {
    const again = partitionedTable.create(undefined, inputsOf(shop.database, "orders"), contextOf("other"));
    await expect(again).rejects.toThrow(/public\.orders is kept by another resource, urn:.*::orders; declare it once/);
  });

  it.each([
    ["hour", { interval: "hour" }, /^p_hour_p\d{8}_\d{2}0000$/],
    ["day", { interval: "day", names: "_y{YYYY}m{MM}d{DD}" }, /^p_day_y\d{4}m\d\dd\d\d$/],
    ["week", { interval: "week", names: "_{IYYY}w{IW}" }, /^p_week_\d{4}w\d\d$/],
    ["quarter", { interval: "quarter", names: "_{YYYY}q{Q}" }, /^p_quarter_\d{4}q[1-4]$/],
    ["year", { interval: "year", names: "_{YYYY}" }, /^p_year_\d{4}$/],
  ] as const)("by the %s has the bounds that the program computes", async (unit, args, name) => {
    const state = inputsOf(shop.database, `p_${unit}`, args);
    await partitionedTable.create(undefined, state, contextOf(`p_${unit}`));
    const found = await shop.query<{
      name: string;
      lower: string;
      upper: string;
    }>(`SELECT c.relname AS name, p.lower, p.upper FROM postgres_ha.partition_children('p_${unit}'::regclass) p JOIN pg_class c ON c.oid = p.child
       WHERE NOT p.is_default ORDER BY p.lower`);
    const at = (seconds: string) => new Date(Number(seconds) * 1000);
    const rows = found.map(({ name, lower, upper }) => ({ name, lower: at(lower), upper: at(upper) }));
    const current = boundsAt(unit, new Date());
    expect(rows[1]).toMatchObject({ lower: current.from, upper: current.to });
    expect(rows).toHaveLength(5);
    for (const row of rows) {
      expect(boundsAt(unit, row.lower)).toEqual({ from: row.lower, to: row.upper });
      expect(row.name).toMatch(name);
      expect(row.name).toBe(childName(`p_${unit}`, String(state.names), unit, row.lower));
    }
    expect(await shop.failing(`p_${unit}`)).toEqual({});
  });

  it("has the bounds that the program computes, for any time", async () => {
    const moment = fc.date({ min: new Date("1900-01-01Z"), max: new Date("2200-01-01Z"), noInvalidDate: true });
    const asked = fc.sample(fc.tuple(fc.constantFrom(...timeUnits), moment), 500);
    const found = await shop.query<{ lower: string; upper: string }>(
      `SELECT lower, postgres_ha.partition_end(unit, NULL, lower) AS upper FROM unnest($1::text[], $2::numeric[]) WITH ORDINALITY AS asked(unit, at, n)
       CROSS JOIN LATERAL postgres_ha.partition_start(unit, NULL, at) AS lower ORDER BY n`,
      [asked.map(([unit]) => unit), asked.map(([, at]) => at.getTime() / 1000)],
    );
    const computed = asked.map(([unit, at]) => boundsAt(unit, at));
    expect(found.map(({ lower, upper }) => [Number(lower), Number(upper)])).toEqual(
      computed.map(({ from, to }) => [from.getTime() / 1000, to.getTime() / 1000]),
    );
    const numbers = fc.sample(fc.tuple(fc.integer({ min: 2, max: 10 ** 9 }), fc.bigInt(-(2n ** 62n), 2n ** 62n)), 500);
    const ranges = await shop.query<{ lower: string }>(
      `SELECT postgres_ha.partition_start('range', step, at) AS lower FROM unnest($1::bigint[], $2::numeric[]) WITH ORDINALITY AS asked(step, at, n) ORDER BY n`,
      [numbers.map(([step]) => step), numbers.map(([, at]) => String(at))],
    );
    expect(ranges.map(({ lower }) => BigInt(lower))).toEqual(numbers.map(([step, at]) => rangeBoundsAt(step, at).from));
  });

  it.each([["timestamp"], ["date"]])("by a column of type %s is cut in UTC too", async (type) => {
    const typed = [columns[0], { name: "created_at", type, default: "now()" }];
    await shop.create(`p_${type}`, { columns: typed, names: "_y{YYYY}m{MM}" });
    const bound = await shop.query<{ bound: string }>(
      `SELECT pg_get_expr(relpartbound, oid) AS bound FROM pg_class WHERE relname = 'p_${type}_${months(0, 0)[0]}'`,
    );
    expect(bound[0]?.bound).toMatch(
      type === "date" ? /FROM \('01\/\d\d\/\d{4}'\)/ : /FROM \('01\/\d\d\/\d{4} 00:00:00'\)/,
    );
  });

  it("of numbers follows the highest", async () => {
    const range = { column: "id", interval: { range: 1000 }, names: "_from_{START}", primaryKey: ["id"], ahead: 2 };
    await shop.create("events", { ...range, retention: { keep: 3, action: "drop" } });
    expect(await shop.children("events")).toEqual(["from_0", "from_1000", "from_2000", "default"]);
    for (let high = 1500; high <= 9500; high += 1000) {
      await shop.query(`INSERT INTO events (id) VALUES (${high}), (${high - 999})`);
      await shop.maintain();
      expect(await shop.lastRun("events")).toMatchObject({ ok: true });
    }
    // 9500 - 3000: what is above 6500 stays, as whole partitions.
    const starts = ["6000", "7000", "8000", "9000", "10000", "11000"];
    expect(await shop.children("events")).toEqual([...starts.map((start) => `from_${start}`), "default"]);
    const [low] = await shop.query("SELECT min(id)::int AS id, count(*)::int AS rows FROM events");
    expect(low).toEqual({ id: 6500, rows: 7 });
    expect(await shop.failing("events")).toEqual({});
  });

  it("of numbers are all kept while one that is far ahead may be a mistake", async () => {
    const range = { column: "id", interval: { range: 1000 }, primaryKey: ["id"], ahead: 2 };
    await shop.create("parcels", { ...range, retention: { keep: 3, action: "drop" } });
    await shop.query("INSERT INTO parcels (id) VALUES (1), (9000500)");
    await shop.query("CALL postgres_ha.move_default_rows('parcels')");
    await shop.maintain();
    expect(await shop.rows("parcels")).toEqual({ p0: 1, p9000000: 1 });
    expect(await shop.lastRun("parcels")).toMatchObject({
      ok: false,
      message: expect.stringContaining(
        "no partition ends at 8999000, where one begins, so the values behind it may be a mistake",
      ),
    });
    await shop.query("DELETE FROM parcels WHERE id = 9000500");
    await shop.maintain();
    expect(await shop.lastRun("parcels")).toMatchObject({ ok: true, removed: [] });
  });
});

describe("the plans of a database with partitioned tables", () => {
  const made = async (name: string, first: readonly string[] = []) => {
    await shop.query(`CREATE DATABASE ${name} OWNER shop`);
    for (const statement of first) await shop.query(statement);
    return inputsOf({ ...shop.database, database: name }, "orders");
  };
  const beginsWith = async (name: string) => {
    const shown = "SELECT current_setting('plan_cache_mode') AS mode, current_setting('work_mem') AS memory";
    return (await query(shop.server.url(name), shown))[0];
  };

  it("are made for each execution", async () => {
    await partitionedTable.create(undefined, await made("plans"), contextOf("plans"));
    expect(await beginsWith("plans")).toMatchObject({ mode: "force_custom_plan" });
  });

  it("are as somebody has said for the database", async () => {
    const inputs = await made("said", ["ALTER DATABASE said SET plan_cache_mode = auto"]);
    await partitionedTable.create(undefined, inputs, contextOf("said"));
    expect(await beginsWith("said")).toMatchObject({ mode: "auto" });
  });

  it("are as somebody has said for the server", async () => {
    const inputs = await made("served");
    const reloaded = async (statement: string, mode: string) => {
      await shop.query(statement);
      await shop.query("SELECT pg_reload_conf()");
      await expect.poll(() => beginsWith("served")).toMatchObject({ mode });
    };
    await reloaded("ALTER SYSTEM SET plan_cache_mode = force_generic_plan", "force_generic_plan");
    await partitionedTable.create(undefined, inputs, contextOf("served"));
    await reloaded("ALTER SYSTEM RESET plan_cache_mode", "auto");
  });

  it("are set beside another's first setting of the same database", async () => {
    const inputs = await made("shared");
    const client = new pg.Client({ connectionString: shop.server.url() });
    await client.connect();
    try {
      await client.query("BEGIN");
      await client.query("ALTER DATABASE shared SET work_mem = '5MB'");
      const creating = partitionedTable.create(undefined, inputs, contextOf("shared"));
      const waits = "SELECT FROM pg_stat_activity WHERE datname = 'shared' AND wait_event = 'transactionid'";
      await expect.poll(() => shop.query(waits), { timeout: 20_000 }).toHaveLength(1);
      await client.query("COMMIT");
      await creating;
    } finally {
      await client.end();
    }
    expect(await beginsWith("shared")).toEqual({ mode: "force_custom_plan", memory: "5MB" });
  });
});
