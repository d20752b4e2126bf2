import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { partitionedTable } from "../../provider/partitions/partitioned-table.ts";
import { contextOf, inputsOf, months, Shop } from "../support/partitioned-tables.ts";
import { eventually, query } from "../support/sql.ts";

/** What the maintenance makes and removes while time goes by, and jumps. */
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.start();
});
afterAll(() => shop?.remove());

/** Each test has the server for itself: the maintenance goes through all tables. */
beforeEach(async () => {
  if ((await shop.query("SELECT FROM pg_namespace WHERE nspname = 'postgres_ha'")).length === 0) return;
  await shop.shiftClock("0 days");
  await shop.query("TRUNCATE postgres_ha.partitioned_tables, postgres_ha.partition_log, postgres_ha.partition_clocks");
  await shop.query("DELETE FROM partman.part_config");
});

describe("while time goes by", () => {
  it("partitions are made ahead, and those that are no longer kept go, with the names of the pattern", async () => {
    await shop.create("sagas", { names: "_y{YYYY}m{MM}", retention: { keep: 2, action: "drop" } });
    await shop.shiftClock("0 days");
    const removed: string[] = [];
    for (let month = 0; month <= 7; month += 1) {
      await shop.shiftClock(`${month} months`);
      await shop.query(
        "UPDATE postgres_ha.partitioned_tables SET clock = pg_catalog.clock_timestamp() + $1::interval",
        [`${month} months`],
      );
      await shop.query("INSERT INTO sagas (created_at) VALUES (pg_catalog.now() + $1::interval)", [`${month} months`]);
      await shop.maintain();
      const run = await shop.lastRun("sagas");
      expect(run).toMatchObject({ ok: true, made: month === 0 ? [] : [`sagas_${months(month + 3, month + 3)[0]}`] });
      removed.push(...run.removed);
      expect(await shop.failing("sagas")).toEqual({});
      // The current month, two behind it whole, and the one that two months ago lies in.
      expect(await shop.children("sagas")).toEqual([...months(Math.max(-1, month - 2), month + 3), "default"]);
    }
    expect(removed).toEqual(months(-1, 4).map((month) => `sagas_${month}`));
    expect(Object.keys(await shop.rows("sagas"))).toEqual(months(5, 7));
  });

  it("a schedule that was not kept for long is caught up without a gap", async () => {
    await shop.create("late", {
      interval: "day",
      names: "_{YYYY}{MM}{DD}",
      ahead: 2,
      retention: { keep: 30, action: "drop" },
    });
    await shop.shiftClock("5 days");
    expect(Object.keys(await shop.failing("late"))).toEqual(["partitions", "runway", "row of now"]);
    await shop.maintain();
    expect((await shop.lastRun("late")).made).toHaveLength(4);
    expect(await shop.failing("late")).toEqual({});
  });

  it("detached partitions stay as tables with their rows", async () => {
    const args = {
      names: "_{YYYY}_{MM}",
      retention: { keep: 1, action: "detach" },
      start: "2025-01-01",
    };
    await shop.create("detached", args);
    await shop.query("SELECT postgres_ha.create_partition('detached', timestamptz '2025-03-01 00:00+00')");
    await shop.query("INSERT INTO detached (created_at) VALUES ('2025-03-15')");
    await shop.create("detached", args);
    expect(shop.told.at(-1)).toMatch(
      /^public\.detached: 1 partitions are older than the 1 month that are kept, and will be detached by the next maintenance \("0 2 \* \* \*", UTC\): detached_2025_03$/,
    );
    await shop.maintain();
    expect((await shop.lastRun("detached")).removed).toContain("detached_2025_03");
    expect(await shop.query("SELECT count(*)::int AS rows FROM detached_2025_03")).toEqual([{ rows: 1 }]);
    expect(await shop.query("SELECT count(*)::int AS rows FROM detached")).toEqual([{ rows: 0 }]);
  });

  it("a run that is cut short is in the log too, and the next completes it", async () => {
    await shop.create("cut", { interval: "day", names: "_{YYYY}{MM}{DD}", ahead: 60 });
    await shop.shiftClock("50 days");
    const running = shop.maintain().catch((error: unknown) => error);
    await eventually(async () => {
      expect(await shop.query("SELECT FROM pg_class WHERE relname LIKE 'cut_2%'")).not.toHaveLength(62);
    }, 10);
    await shop.query(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CALL postgres_ha.maintain%'",
    );
    expect(await running).toBeInstanceOf(Error);
    expect(await shop.lastRun("cut")).toMatchObject({ ok: false, message: "cut short" });
    await shop.maintain();
    expect(await shop.lastRun("cut")).toMatchObject({ ok: true });
    expect(await shop.failing("cut")).toEqual({});
  });

  it("rows that a foreign key points to stay, and the log says so", async () => {
    await shop.create("pointed", { names: "_{YYYY}_{MM}", retention: { keep: 1, action: "drop" } });
    await shop.query(`SELECT postgres_ha.create_partition('pointed', timestamptz '2025-03-01 00:00+00');
      CREATE TABLE pointing (id bigint, at timestamptz, FOREIGN KEY (id, at) REFERENCES pointed ON DELETE CASCADE);
      INSERT INTO pointed (id, created_at) VALUES (1, '2025-03-15 00:00+00');
      INSERT INTO pointing VALUES (1, '2025-03-15 00:00+00')`);
    await shop.maintain();
    expect((await shop.lastRun("pointed")).message).toMatch(/pointed_2025_03: .*violates foreign key constraint/);
    expect(await shop.query("SELECT count(*)::int AS rows FROM pointed")).toEqual([{ rows: 1 }]);
    await shop.query("DELETE FROM pointing");
    await shop.maintain();
    expect(await shop.lastRun("pointed")).toMatchObject({ ok: true, removed: ["pointed_2025_03"] });
  });

  it("what cannot be archived stays, and the log says why", async () => {
    await shop.create("archived", { names: "_{YYYY}_{MM}", retention: { keep: 1, action: "archive" } });
    await shop.query("SELECT postgres_ha.create_partition('archived', timestamptz '2025-03-01 00:00+00')");
    await shop.query("INSERT INTO archived (created_at) VALUES ('2025-03-15')");
    await shop.maintain();
    const run = await shop.lastRun("archived");
    expect(run).toMatchObject({ ok: false, removed: [] });
    expect(run.message).toMatch(/archived_2025_03: program .*archive-partition/);
    expect(await shop.query("SELECT count(*)::int AS rows FROM archived")).toEqual([{ rows: 1 }]);
  });
});

describe("retention", () => {
  it.each(["Asia/Tokyo", "America/Los_Angeles", "Pacific/Kiritimati", "UTC"])(
    "keeps every row that is younger than asked, at any hour, in %s",
    async (zone) => {
      await shop.query(`ALTER DATABASE shop SET TimeZone = '${zone}'`);
      const table = `zone_${zone.replace(/\W/g, "_").toLowerCase()}`;
      await shop.create(table, {
        interval: "day",
        names: "_{YYYY}{MM}{DD}",
        ahead: 1,
        retention: { keep: "36 hours", action: "drop" },
      });
      for (let hour = 0; hour <= 60; hour += 4) {
        const shift = `${hour} hours`;
        await shop.shiftClock(shift);
        await shop.query(`INSERT INTO ${table} (created_at) VALUES (now() + $1::interval)`, [shift]);
        await shop.maintain();
        const [young] = await shop.query<{ rows: number; first: number }>(
          `SELECT count(*)::int AS rows, extract(epoch FROM now() + $1::interval - min(created_at))::int / 3600 AS first FROM ${table}`,
          [shift],
        );
        // One row every 4 hours: those of the last 36 hours, and those that share a day with them.
        expect(young?.rows).toBeGreaterThanOrEqual(Math.min(hour / 4 + 1, 10));
        expect(young?.first).toBeLessThan(36 + 24);
      }
      expect((await shop.query("SELECT FROM postgres_ha.partition_log WHERE NOT ok")).length).toBe(0);
    },
  );

  it.each([
    ["jumped", "8 hours", /the clock says .* UTC, .* more than has passed since the last run; if that is right/],
    ["elsewhere", "1 year", /the clock says .* UTC, 1 year .* after the last run; if that is right/],
  ] as const)(
    "waits for a person where the clock %s by %s, and goes on where it comes back",
    async (how, by, message) => {
      const table = `clock_${how}`;
      await shop.create(table, { interval: "hour", retention: { keep: 2, action: "drop" } });
      await shop.query(`INSERT INTO ${table} (created_at) VALUES (now()), (now() - interval '1 hour')`);
      await shop.maintain();
      await shop.shiftClock(by, how);
      for (let run = 0; run < 3; run += 1) await shop.maintain();
      expect(await shop.lastRun(table)).toMatchObject({ ok: false, removed: [] });
      expect((await shop.lastRun(table)).message).toMatch(message);
      expect(await shop.query("SELECT retention_held IS NOT NULL AS held FROM postgres_ha.partition_runway")).toEqual([
        { held: true },
      ]);
      expect(Object.keys(await shop.failing(table))).toContain("retention");
      await shop.shiftClock("0 days");
      await shop.maintain();
      expect(await shop.lastRun(table)).toMatchObject({ ok: true, removed: [] });
      expect(await shop.query(`SELECT count(*)::int AS rows FROM ${table}`)).toEqual([{ rows: 2 }]);
      await shop.shiftClock(by, how);
      await shop.query("SELECT postgres_ha.accept_clock()");
      await shop.maintain();
      expect((await shop.lastRun(table)).removed.length).toBeGreaterThan(3);
    },
  );

  it("needs nobody where the schedule was not kept for long, on a host that stayed up", async () => {
    await shop.create("slept", { names: "_{YYYY}_{MM}", retention: { keep: 2, action: "drop" } });
    await shop.shiftClock("1 year");
    await shop.maintain();
    expect(await shop.lastRun("slept")).toMatchObject({ ok: true });
    expect((await shop.lastRun("slept")).removed).toHaveLength(5);
  });

  it("adds a day for a column without a time zone, whose values may be local", async () => {
    const typed = [
      { name: "id", type: "bigint", identity: true },
      { name: "created_at", type: "timestamp", default: "now()" },
    ];
    const args = {
      columns: typed,
      interval: "day",
      names: "_{YYYY}{MM}{DD}",
      ahead: 1,
      retention: { keep: 1, action: "drop" },
    };
    await shop.create("local", args);
    await shop.shiftClock("1 day");
    await shop.maintain();
    expect((await shop.lastRun("local")).removed).toEqual([]);
    await shop.shiftClock("3 days");
    await shop.maintain();
    expect((await shop.lastRun("local")).removed).toHaveLength(2);
  });

  it("looks at the real bounds: a partition of another size goes only when all of it is old", async () => {
    await shop.query("CREATE TABLE mixed (at timestamptz NOT NULL) PARTITION BY RANGE (at)");
    await shop.query(
      "CREATE TABLE mixed_before PARTITION OF mixed FOR VALUES FROM (MINVALUE) TO ('2024-01-01 00:00+00')",
    );
    const [, last] = [months(-2, -2), months(-1, -1)].map(
      ([month]) => `${month?.slice(1, 5)}-${month?.slice(6)}-01 00:00+00`,
    );
    await shop.query(
      `CREATE TABLE mixed_long PARTITION OF mixed FOR VALUES FROM ('2024-01-01 00:00+00') TO ('${last}')`,
    );
    await shop.create("mixed", {
      ...{ columns: undefined, primaryKey: undefined, column: "at", names: "_{YYYY}_{MM}" },
      retention: { keep: 2, action: "drop" },
    });
    await shop.maintain();
    expect((await shop.lastRun("mixed")).removed).toEqual(["mixed_before"]);
    expect(await shop.query("SELECT retention FROM partman.part_config")).toEqual([{ retention: null }]);
  });
});

describe("rows in DEFAULT", () => {
  it("move into their partition when it is made: with what they are, and what points to them", async () => {
    await shop.create("moved", {
      names: "_{YYYY}_{MM}",
      columns: [
        { name: "id", type: "bigint", identity: true },
        { name: "created_at", type: "timestamptz" },
        { name: "amount", type: "int", check: "amount > 0" },
        { name: "double", type: "int", generated: "amount * 2" },
      ],
      indexes: [{ columns: ["amount"] }],
    });
    await shop.query(`
      ALTER TABLE moved ALTER COLUMN id SET GENERATED ALWAYS;
      CREATE TABLE lines (moved_id bigint, moved_at timestamptz, FOREIGN KEY (moved_id, moved_at) REFERENCES moved ON DELETE CASCADE);
      CREATE TABLE fired (op text);
      CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN INSERT INTO fired VALUES (TG_OP); RETURN NULL; END $$;
      INSERT INTO moved (created_at, amount) SELECT '2025-03-01 00:00+00'::timestamptz + n * interval '1 hour', n FROM generate_series(1, 100) n;
      INSERT INTO lines SELECT id, created_at FROM moved;
      CREATE TRIGGER note AFTER INSERT OR DELETE ON moved FOR EACH ROW EXECUTE FUNCTION note()`);
    const before = await shop.query("SELECT * FROM moved ORDER BY id");
    expect(await shop.rows("moved")).toEqual({ default: 100 });
    expect(await shop.failing("moved")).toEqual({
      "rows in DEFAULT": "100; CALL postgres_ha.move_default_rows('public.moved') moves them into partitions",
    });
    await shop.query("SELECT postgres_ha.create_partition('moved', timestamptz '2025-03-31 12:00+00')");
    expect(await shop.rows("moved")).toEqual({ "2025_03": 100 });
    expect(await shop.query("SELECT * FROM moved ORDER BY id")).toEqual(before);
    expect(await shop.query("SELECT count(*)::int AS lines FROM lines")).toEqual([{ lines: 100 }]);
    expect(await shop.query("SELECT * FROM fired")).toEqual([]);
    await expect(shop.query("INSERT INTO lines VALUES (-1, now())")).rejects.toThrow(/foreign key/);
  });

  it("that are many stop only their own partition, and move when they are told to", async () => {
    await shop.create("many", { names: "_{YYYY}_{MM}", retention: { keep: 24, action: "drop" } });
    const [next, after] = months(4, 5).map((month) => month.slice(1).replace("m", "_"));
    await shop.query(
      `INSERT INTO many (created_at) SELECT ('${next?.replace("_", "-")}-02 00:00+00')::timestamptz FROM generate_series(1, 50001)`,
    );
    await shop.query("INSERT INTO many (created_at) VALUES ('1999-12-31 23:59:59+00')");
    await shop.query("UPDATE postgres_ha.partitioned_tables SET ahead = 5");
    await shop.maintain();
    const run = await shop.lastRun("many");
    expect(run).toMatchObject({ ok: false, made: [`many_${after}`] });
    expect(run.message).toMatch(
      /more than 50000 of its rows are in public\.many_default\. CALL postgres_ha\.move_default_rows\('public\.many'\)/,
    );
    await shop.query("CALL postgres_ha.move_default_rows('many')");
    expect(await shop.rows("many")).toEqual({ [String(next)]: 50001, "1999_12": 1 });
    await shop.query("UPDATE postgres_ha.partitioned_tables SET keep = NULL");
    await shop.maintain();
    expect(await shop.lastRun("many")).toMatchObject({ ok: true, message: "nothing to do" });
  });

  it("are moved as the owner of the table, whose code becomes nobody else", async () => {
    await shop.create("hostile", { names: "_{YYYY}_{MM}" });
    await query(
      shop.ownerUrl,
      `CREATE TABLE seen (who text, may_become boolean);
       GRANT INSERT ON seen TO PUBLIC;
       CREATE FUNCTION evil() RETURNS trigger LANGUAGE plpgsql AS $$
       DECLARE became boolean := true; BEGIN
         BEGIN PERFORM set_config('role', 'postgres', true); EXCEPTION WHEN OTHERS THEN became := false; END;
         INSERT INTO public.seen VALUES (current_user, became);
         RETURN NULL;
       END $$;
       INSERT INTO hostile (created_at) VALUES ('2025-03-01 00:00+00');
       CREATE TRIGGER evil AFTER INSERT OR DELETE ON hostile FOR EACH ROW EXECUTE FUNCTION evil();
       ALTER TABLE hostile ENABLE ALWAYS TRIGGER evil;`,
    );
    await query(shop.ownerUrl, "SELECT postgres_ha.create_partition('hostile', timestamptz '2025-03-01 00:00+00')");
    expect(await shop.query("SELECT DISTINCT who, may_become FROM seen")).toEqual([{ who: "shop", may_become: false }]);
  });

  it("of a table that is adopted are moved, or named", async () => {
    await shop.query(`
      CREATE TABLE audit_logs (id uuid DEFAULT gen_random_uuid(), changed_at timestamp NOT NULL DEFAULT now(), PRIMARY KEY (id, changed_at)) PARTITION BY RANGE (changed_at);
      CREATE TABLE audit_logs_default PARTITION OF audit_logs DEFAULT;
      ALTER TABLE audit_logs OWNER TO shop;
      INSERT INTO audit_logs (changed_at) SELECT now() AT TIME ZONE 'UTC' FROM generate_series(1, 10)`);
    const adopt = { columns: undefined, primaryKey: undefined, column: "changed_at", names: "_{YYYY}_{MM}" };
    await shop.create("audit_logs", adopt);
    expect(await shop.rows("audit_logs")).toEqual({ [String(months(0, 0)[0]?.slice(1).replace("m", "_"))]: 10 });
    expect(await shop.failing("audit_logs")).toEqual({});
    await shop.query(`CREATE TABLE full_logs (LIKE audit_logs) PARTITION BY RANGE (changed_at);
      CREATE TABLE full_logs_default PARTITION OF full_logs DEFAULT;
      INSERT INTO full_logs SELECT gen_random_uuid(), now() AT TIME ZONE 'UTC' FROM generate_series(1, 50001)`);
    await expect(shop.create("full_logs", adopt)).rejects.toThrow(
      /has not all of its partitions:\n.*more than 50000 of its rows are in public\.full_logs_default\. CALL postgres_ha\.move_default_rows/,
    );
    expect(await shop.query("SELECT count(*)::int AS rows FROM full_logs")).toEqual([{ rows: 50001 }]);
    await shop.query("CALL postgres_ha.move_default_rows('full_logs')");
    await partitionedTable.create(undefined, inputsOf(shop.database, "full_logs", adopt), contextOf("full_logs"));
    expect(await shop.failing("full_logs")).toEqual({});
  });
});

describe("one table's failure", () => {
  it("does not stop the others, and is in the log", async () => {
    for (const table of ["a_first", "b_broken", "c_gone", "d_last"])
      await shop.create(table, { names: "_{YYYY}_{MM}" });
    const last = months(3, 3)[0]?.slice(1).replace("m", "_");
    await shop.query(`DROP TABLE a_first_${last}, b_broken_${last}, d_last_${last}`);
    await shop.query(`CREATE TABLE b_broken_${last} (note text); DROP TABLE c_gone`);
    await shop.maintain();
    expect(await shop.lastRun("a_first")).toMatchObject({ ok: true, made: [`a_first_${last}`] });
    expect(await shop.lastRun("d_last")).toMatchObject({ ok: true, made: [`d_last_${last}`] });
    expect((await shop.lastRun("b_broken")).message).toMatch(
      new RegExp(`public\\.b_broken_${last} exists, and is none of its partitions\\. Rename or drop that table`),
    );
    expect((await shop.lastRun("c_gone")).message).toMatch(
      /table public\.c_gone is gone\. Take its PartitionedTable out/,
    );
    expect(await shop.query("SELECT table_name FROM postgres_ha.partition_runway WHERE runway IS NULL")).toEqual([
      { table_name: "c_gone" },
    ]);
  });
});
