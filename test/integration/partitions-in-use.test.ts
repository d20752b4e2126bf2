import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { IndexInput } from "../../components/partitions/inputs.ts";
import { childIndexName } from "../../provider/partitions/indexes.ts";
import { partitionFunctions } from "../../provider/partitions/partition-functions.ts";
import { partitionedTable } from "../../provider/partitions/partitioned-table.ts";
import type { Properties } from "../../toolchain/stand-ins/framework/types.ts";
import { contextOf, inputsOf, months, Shop } from "../support/partitioned-tables.ts";
import { eventually, query } from "../support/sql.ts";

/** Partitioned tables while they are written to, changed, and called by the names that people know. */
let shop: Shop;
beforeAll(async () => {
  shop = await Shop.start();
});
afterAll(() => shop?.remove());

/** In milliseconds. What keeps no one waiting gives up a lock after 800 of them; who had to wait for a long transaction would wait for nearly all of it. */
const atOnce = 3000;
const long = 6000;

/** A transaction that has touched a table, and stays open for long. */
async function longTransaction(statement: string): Promise<{ readonly ended: Promise<unknown> }> {
  const client = new pg.Client({ connectionString: shop.ownerUrl });
  client.on("error", () => undefined);
  await client.connect();
  await client.query("BEGIN");
  await client.query(statement);
  const ended = sleep(long)
    .then(() => client.query("COMMIT"))
    .finally(() => client.end());
  return { ended };
}

/** Writes one row after the other until it is stopped; the longest wait in milliseconds, and how many there were. */
async function writer(table: string, alive: () => boolean): Promise<{ longest: number; rows: number }> {
  const client = new pg.Client({ connectionString: shop.ownerUrl });
  client.on("error", () => undefined);
  await client.connect();
  let longest = 0;
  let rows = 0;
  try {
    while (alive()) {
      const began = performance.now();
      await client.query(`INSERT INTO ${table} (created_at) VALUES (now()), (now() - interval '400 days')`);
      longest = Math.max(longest, performance.now() - began);
      rows += 2;
      await sleep(2);
    }
  } finally {
    await client.end();
  }
  return { longest, rows };
}

async function whileWriting(table: string, work: () => Promise<void>): Promise<{ longest: number; rows: number }> {
  let alive = true;
  const writers = [0, 1, 2].map(() => writer(table, () => alive));
  await sleep(200);
  try {
    await work();
  } finally {
    alive = false;
  }
  const found = await Promise.all(writers);
  return {
    longest: Math.max(...found.map(({ longest }) => longest)),
    rows: found.reduce((sum, { rows }) => sum + rows, 0),
  };
}

describe("the functions with people's own names", () => {
  it("make a partition once, from 8 sessions at the same time, also as the owner", async () => {
    await shop.create("orders", { names: "_{YYYY}_{MM}", createFunction: "create_orders_partition_for_month" });
    const urls = Array.from({ length: 8 }, (_, index) => (index % 2 === 0 ? shop.url : shop.ownerUrl));
    for (const month of ["2025-03-01", "2025-04-17", "2031-12-31"]) {
      const made = await Promise.all(
        urls.map((url) => query(url, `SELECT create_orders_partition_for_month('${month}') AS name`)),
      );
      expect(made.flat()).toEqual(urls.map(() => ({ name: `orders_${month.slice(0, 7).replace("-", "_")}` })));
    }
    await query(
      shop.ownerUrl,
      "SELECT create_orders_partition_for_month(date_trunc('month', CURRENT_DATE + interval '1 month')::date)",
    );
    expect((await shop.children("orders")).slice(0, 2)).toEqual(["2025_03", "2025_04"]);
  });

  it("do not wait for those who write, nor they for them", async () => {
    let day = 0;
    const made: string[] = [];
    const { ended } = await longTransaction("SELECT FROM orders WHERE created_at = now()");
    const { longest, rows } = await whileWriting("orders", async () => {
      for (; day < 10; day += 1) {
        const date = `2026-0${(day % 9) + 1}-01`;
        const [row] = await query<{ name: string }>(
          shop.ownerUrl,
          `SELECT create_orders_partition_for_month('${date}') AS name`,
        );
        made.push(String(row?.name));
        await shop.maintain();
      }
    });
    await ended;
    expect(made).toHaveLength(10);
    expect(longest).toBeLessThan(atOnce);
    expect((await shop.query("SELECT count(*)::int AS rows FROM orders"))[0]).toEqual({ rows });
    expect(await shop.lastRun("orders")).toMatchObject({ ok: true });
  });

  it("give way to a long transaction, and come through when it ends", async () => {
    const { ended } = await longTransaction("SELECT * FROM orders_default LIMIT 1");
    const began = Date.now();
    const making = query(shop.ownerUrl, "SELECT create_orders_partition_for_month('2024-02-01') AS name");
    await eventually(async () => expect(await shop.query("SELECT FROM pg_locks WHERE NOT granted")).not.toEqual([]), 5);
    const reading = performance.now();
    await query(shop.ownerUrl, "SELECT * FROM orders WHERE created_at = now()");
    expect(performance.now() - reading).toBeLessThan(atOnce);
    expect(await making).toEqual([{ name: "orders_2024_02" }]);
    expect(Date.now() - began).toBeGreaterThan(long - 2000);
    await ended;
  });

  it("are nobody else's", async () => {
    await query(shop.server.url(), "CREATE ROLE guest LOGIN PASSWORD 'guest'");
    const guest = shop.ownerUrl.replace("shop:shop", "guest:guest");
    await expect(query(guest, "SELECT create_orders_partition_for_month('2025-03-01')")).rejects.toThrow(
      /permission denied/,
    );
    await expect(query(guest, "SELECT postgres_ha.maintain_all_partitions()")).rejects.toThrow(/permission denied/);
    for (const call of ["partition_make", "partition_as_owner", "accept_clock"]) {
      const [found] = await shop.query(
        `SELECT bool_or(has_function_privilege('guest', oid, 'EXECUTE') OR has_function_privilege('shop', oid, 'EXECUTE')) AS may FROM pg_proc WHERE proname = '${call}'`,
      );
      expect(found).toEqual({ may: false });
    }
  });

  it("tell of all tables", async () => {
    const inputs = { database: shop.database, schema: "public" };
    const { id, outputs } = await partitionFunctions.create(undefined, inputs, contextOf("functions"));
    await shop.create("sagas", {
      names: "_y{YYYY}m{MM}",
      retention: { keep: 12, action: "drop" },
      createFunction: "create_saga_executions_partition",
    });
    const statistics = await query(shop.ownerUrl, "SELECT * FROM get_partition_statistics()");
    expect(statistics).toMatchObject([{ table_name: "orders" }, { table_name: "sagas", partition_count: "5" }]);
    const metadata = await query(shop.ownerUrl, "SELECT * FROM partition_metadata ORDER BY partition_start DESC");
    expect(
      metadata.filter(({ table_name }) => table_name === "sagas").map(({ partition_name }) => partition_name),
    ).toEqual(
      months(-1, 3)
        .map((month) => `sagas_${month}`)
        .reverse(),
    );
    await query(shop.ownerUrl, "SELECT create_saga_executions_partition('2024-05-05')");
    await shop.query(`DROP TABLE sagas_${months(3, 3)[0]}`);
    const maintained = await query(shop.ownerUrl, "SELECT * FROM maintain_all_partitions()");
    expect(maintained).toEqual([
      { action: "KEEP", table_name: "orders", partition_name: null, details: "nothing to do" },
      { action: "CREATE", table_name: "sagas", partition_name: `sagas_${months(3, 3)[0]}`, details: "made" },
      {
        action: "DROP",
        table_name: "sagas",
        partition_name: "sagas_y2024m05",
        details: "dropped; kept is what is younger than 12 months",
      },
    ]);
    await partitionFunctions.update?.(undefined, id, outputs, inputs, contextOf("functions"));
    await partitionFunctions.delete(undefined, id, outputs, contextOf("functions"));
    expect(await partitionFunctions.read(undefined, id, outputs, contextOf("functions"), inputs)).toBeUndefined();
  });
});

describe("several runs at once", () => {
  it("do each thing once", async () => {
    const args = { interval: "day", names: "_{YYYY}{MM}{DD}", ahead: 10, retention: { keep: 3, action: "drop" } };
    await shop.create("raced", args);
    const children = await shop.children("raced");
    await shop.query(
      `DROP TABLE ${children
        .slice(3, 10)
        .map((end) => `raced_${end}`)
        .join(", ")};
       SELECT postgres_ha.create_partition('raced', timestamptz '2025-03-01 00:00+00' + n * interval '1 day') FROM generate_series(1, 6) n`,
    );
    await Promise.all([
      ...[1, 2, 3].map(() => shop.maintain()),
      query(shop.ownerUrl, "SELECT * FROM postgres_ha.maintain_all_partitions()"),
    ]);
    expect(await shop.children("raced")).toEqual(children);
    const runs = await shop.query<{ ok: boolean; made: string[]; removed: string[] }>(
      "SELECT ok, made, removed FROM postgres_ha.partition_log WHERE table_name = 'raced'",
    );
    expect(runs.every(({ ok }) => ok)).toBe(true);
    expect(runs.flatMap(({ made }) => made).sort()).toEqual(children.slice(3, 10).map((end) => `raced_${end}`));
    expect(runs.flatMap(({ removed }) => removed)).toHaveLength(6);
  });
});

describe("the schedule", () => {
  it("runs the maintenance, and the log can be read by those who watch", async () => {
    await shop.create("ticking", { names: "_{YYYY}_{MM}", schedule: "1 seconds" });
    const last = `ticking_${months(3, 3)[0]?.slice(1).replace("m", "_")}`;
    await shop.query(`DROP TABLE ${last}`);
    await shop.query("CREATE ROLE watcher LOGIN PASSWORD 'watcher' IN ROLE pg_monitor");
    const watcher = shop.ownerUrl.replace("shop:shop", "watcher:watcher");
    await eventually(async () => {
      const log = await query(
        watcher,
        "SELECT ok, made, removed, message FROM postgres_ha.partition_log WHERE made <> '{}' AND table_name = 'ticking'",
      );
      expect(log).toEqual([{ ok: true, made: [last], removed: [], message: `made ${last}` }]);
    }, 20);
    const [runway] = await query(
      watcher,
      "SELECT partitions_ahead::int, rows_in_default::int, runway > '2 months' AS far, last_success IS NOT NULL AS ran FROM postgres_ha.partition_runway WHERE table_name = 'ticking'",
    );
    expect(runway).toEqual({ partitions_ahead: 3, rows_in_default: 0, far: true, ran: true });
  });

  it("is one job for all tables that share it, and goes with the last", async () => {
    const jobs = () => query(shop.server.url(), "SELECT schedule FROM cron.job WHERE database = 'shop' ORDER BY 1");
    expect(await jobs()).toEqual([{ schedule: "0 2 * * *" }, { schedule: "1 seconds" }]);
    const state = inputsOf(shop.database, "ticking", { names: "_{YYYY}_{MM}", schedule: "1 seconds" });
    const now = await shop.update("ticking", state, { names: "_{YYYY}_{MM}", schedule: "0 1 1 * *" });
    expect(await jobs()).toEqual([{ schedule: "0 1 1 * *" }, { schedule: "0 2 * * *" }]);
    await shop.query("INSERT INTO ticking DEFAULT VALUES");
    await partitionedTable.delete(undefined, "ticking", now, contextOf("ticking"));
    expect(await jobs()).toEqual([{ schedule: "0 2 * * *" }]);
    expect(await shop.query("SELECT count(*)::int AS rows FROM ticking")).toEqual([{ rows: 1 }]);
    expect(await shop.query("SELECT FROM partman.part_config WHERE parent_table = 'public.ticking'")).toEqual([]);
  });
});

describe("a change of the declaration", () => {
  let state: Properties;
  const base = { names: "_{YYYY}_{MM}", createFunction: "create_changing" };

  it("makes more partitions, and less later", async () => {
    state = await shop.create("changing", base);
    state = await shop.update("changing", state, { ...base, ahead: 6 });
    expect(await shop.failing("changing")).toEqual({});
    expect(await shop.children("changing")).toHaveLength(9);
    state = await shop.update("changing", state, { ...base, ahead: 2 });
    expect(await shop.children("changing")).toHaveLength(9);
  });

  it("builds an index on a table that is written to without keeping anyone waiting, and takes it away again", async () => {
    await shop.query(
      "INSERT INTO changing (created_at, status) SELECT now() - n * interval '1 second', 'x' FROM generate_series(1, 200000) n",
    );
    const indexes = [
      { columns: ["status", "created_at"] },
      { columns: ["created_at"], method: "brin", with: { pages_per_range: 32 } },
      { columns: ["created_at DESC"], where: "status = 'PENDING'", include: ["id"] },
      { expression: "lower(status)", name: "idx_changing_lower" },
      { columns: ["id", "created_at"], unique: true, name: "changing_unique" },
    ];
    const { ended } = await longTransaction("LOCK TABLE changing_default IN ROW EXCLUSIVE MODE");
    const { longest } = await whileWriting("changing", async () => {
      state = await shop.update("changing", state, { ...base, ahead: 2, indexes });
    });
    await ended;
    expect(longest).toBeLessThan(atOnce);
    const found = await shop.query<{ name: string; valid: boolean; children: number }>(
      `SELECT c.relname AS name, i.indisvalid AS valid, (SELECT count(*)::int FROM pg_inherits WHERE inhparent = c.oid) AS children
       FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = 'changing'::regclass AND NOT i.indisprimary ORDER BY 1`,
    );
    expect(found).toHaveLength(5);
    expect(found.every(({ valid, children }) => valid && children === 9)).toBe(true);
    state = await shop.update("changing", state, { ...base, ahead: 2, indexes: indexes.slice(0, 2) });
    await shop.query("SELECT create_changing('2024-01-01')");
    const left = await shop.query<{ indexname: string }>(
      "SELECT indexname FROM pg_indexes WHERE tablename = 'changing_2024_01' ORDER BY 1",
    );
    expect(left.map(({ indexname }) => indexname)).toEqual([
      "changing_2024_01_created_at_idx",
      "changing_2024_01_pkey",
      "changing_2024_01_status_created_at_idx",
    ]);
  });

  it("builds an index anew where it is another one under its name, or where a build was cut short", async () => {
    const named = (columns: string[]) => ({ ...base, ahead: 2, indexes: [{ columns, name: "changing_by" }] });
    state = await shop.update("changing", state, named(["status"]));
    state = await shop.update("changing", state, named(["status", "id"]));
    const definitions = () =>
      shop.query<{ definition: string }>(
        `SELECT pg_get_indexdef(inhrelid) AS definition FROM pg_inherits JOIN pg_index ON indexrelid = inhrelid AND indisvalid WHERE inhparent = 'changing_by'::regclass`,
      );
    expect(await definitions()).toHaveLength(10);
    expect((await definitions()).every(({ definition }) => definition.endsWith("(status, id)"))).toBe(true);
    const [index] = (state as { indexes: IndexInput[] }).indexes;
    const cut = childIndexName("changing", "changing_default", index ?? { name: "", fingerprint: "" });
    await shop.query(
      `DROP INDEX changing_by;
       CREATE INDEX changing_by ON ONLY changing (status, id);
       COMMENT ON INDEX changing_by IS 'pulumi-postgres-ha: ${index?.fingerprint}';
       CREATE INDEX ${cut} ON changing_default (status, id);
       UPDATE pg_index SET indisvalid = false WHERE indexrelid = '${cut}'::regclass`,
    );
    state = await shop.update("changing", state, named(["status", "id"]));
    expect(await definitions()).toHaveLength(10);
    expect(await shop.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'changing_by'::regclass")).toEqual([
      { indisvalid: true },
    ]);
  });

  it("removes the DEFAULT partition only where it is empty", async () => {
    await shop.query("INSERT INTO changing (created_at) VALUES ('1990-01-01')");
    await expect(shop.update("changing", state, { ...base, defaultPartition: false })).rejects.toThrow(
      /\d+ rows are in .*changing_default.*, so it stays.*CALL postgres_ha\.move_default_rows/,
    );
    expect(
      await shop.query("SELECT count(*)::int AS rows FROM changing_default WHERE created_at < '2000-01-01'"),
    ).toEqual([{ rows: 1 }]);
    await shop.query("CALL postgres_ha.move_default_rows('changing')");
    state = await shop.update("changing", state, { ...base, defaultPartition: false });
    expect(await shop.children("changing")).not.toContain("default");
    await expect(shop.query("INSERT INTO changing (created_at) VALUES ('1980-01-01')")).rejects.toThrow(/no partition/);
    state = await shop.update("changing", state, base);
    expect(await shop.children("changing")).toContain("default");
  });

  it("adds columns", async () => {
    const { columns } = inputsOf(shop.database, "changing", base) as { columns: object[] };
    state = await shop.update("changing", state, {
      ...base,
      columns: [...columns, { name: "note", type: "text", default: "'none'" }],
    });
    expect((await shop.query("SELECT note FROM changing LIMIT 1"))[0]).toEqual({ note: "none" });
  });

  it("by hand is seen by a refresh", async () => {
    const { columns } = state as { columns: object[] };
    const inputs = inputsOf(shop.database, "changing", { ...base, columns, indexes: [{ columns: ["status"] }] });
    state = (await partitionedTable.update?.(undefined, "", state, inputs, contextOf("changing"))) ?? {};
    const read = () => partitionedTable.read(undefined, "id", state, contextOf("changing"), inputs);
    expect((await read())?.inputs).toEqual(inputs);
    await query(shop.server.url(), "UPDATE cron.job SET active = false WHERE database = 'shop'");
    await shop.query(
      "UPDATE partman.part_config SET premake = 1 WHERE parent_table = 'public.changing'; DROP INDEX changing_status_idx",
    );
    await shop.query("ALTER TABLE changing DETACH PARTITION changing_default");
    expect((await read())?.inputs).toEqual({
      ...inputs,
      schedule: "none",
      ahead: 1,
      indexes: [],
      defaultPartition: false,
    });
    await shop.query("DROP TABLE changing");
    expect(await read()).toBeUndefined();
  });
});

describe("a table that exists", () => {
  const adopt = { columns: undefined, primaryKey: undefined, column: "at", names: "_{YYYY}", interval: "year" };

  it.each<[string, string, RegExp]>([
    ["is not there", "SELECT 1", /does not exist, and no columns are declared/],
    ["is by LIST", "CREATE TABLE t (at date NOT NULL) PARTITION BY LIST (at)", /partitioned by LIST/],
    [
      "is by another column",
      "CREATE TABLE t (at date NOT NULL, day date) PARTITION BY RANGE (day)",
      /partitioned by \(day\), not by "at"/,
    ],
    [
      "is by a text",
      "CREATE TABLE t (at text NOT NULL) PARTITION BY RANGE (at)",
      /"at" is text, which cannot be cut into partitions of year/,
    ],
    ["may be NULL", "CREATE TABLE t (at date) PARTITION BY RANGE (at)", /"at" may be NULL/],
    [
      "is plain and empty",
      "CREATE TABLE t (at date NOT NULL)",
      /t exists, is empty, and is not partitioned; add `convert: \{\}`/,
    ],
    [
      "is plain and has rows",
      "CREATE TABLE t (at date NOT NULL); INSERT INTO t VALUES ('2025-01-01'), ('2025-01-01')",
      /holds 2 rows, and is not partitioned/,
    ],
    ["is a view", "CREATE VIEW t AS SELECT 1 AS at", /is no table/],
  ])("and %s is refused", async (_, sql, message) => {
    await shop.query("DROP SCHEMA IF EXISTS bad CASCADE; CREATE SCHEMA bad");
    await shop.query(`SET search_path = bad; ${sql}`);
    await expect(shop.create("t", { ...adopt, schema: "bad" })).rejects.toThrow(message);
    expect(await shop.query("SELECT FROM postgres_ha.partitioned_tables WHERE schema_name = 'bad'")).toEqual([]);
  });

  it("by years, with the years that a migration has made, goes on with the next", async () => {
    await shop.query(`CREATE TABLE shipments (id bigint, at timestamptz NOT NULL, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
      CREATE TABLE shipments_2026 PARTITION OF shipments FOR VALUES FROM ('2026-01-01 00:00+00') TO ('2027-01-01 00:00+00')`);
    await shop.create("shipments", { ...adopt, ahead: 2 });
    const year = new Date().getUTCFullYear();
    expect(await shop.children("shipments")).toEqual([...[year - 1, year, year + 1, year + 2].map(String), "default"]);
    expect(await shop.failing("shipments")).toEqual({});
  });

  it("that is plain is converted where that is asked for, with every row", async () => {
    await shop.query(`CREATE TABLE webhook_events (id bigint GENERATED ALWAYS AS IDENTITY, received_at timestamptz NOT NULL, PRIMARY KEY (id));
      ALTER TABLE webhook_events OWNER TO shop;
      INSERT INTO webhook_events (received_at) SELECT now() - n * interval '3 hours' FROM generate_series(1, 2000) n`);
    const args = {
      ...{ columns: undefined, primaryKey: undefined, column: "received_at", ahead: 4, names: "_{YYYY}_{MM}" },
      ...{
        convert: { primaryKey: ["id", "received_at"], pause: 0 },
        indexes: [{ columns: ["received_at"], method: "brin" }],
      },
    };
    const state = await shop.create("webhook_events", args);
    expect(await shop.query("SELECT count(*)::int AS rows FROM webhook_events")).toEqual([{ rows: 2000 }]);
    expect(await shop.failing("webhook_events")).toEqual({});
    await shop.update("webhook_events", state, { ...args, ahead: 5 });
    expect(await shop.failing("webhook_events")).toEqual({});
  });
});
