import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ensureJob, jobName, removeUnusedJob } from "../../provider/partitions/schedule.ts";
import type { Connection } from "../../provider/sql/connection.ts";
import { contextOf, Shop } from "../support/partitioned-tables.ts";
import { eventually, query } from "../support/sql.ts";

/** Two runs change the schedules of their tables at the same moment: the one leaves a schedule that the other begins to need. */
let shop: Shop;
let home: pg.Client;
beforeAll(async () => {
  shop = await Shop.start();
  await shop.create("orders", { schedule: "0 2 * * *" });
  home = new pg.Client({ connectionString: shop.server.url() });
  home.on("error", () => undefined);
  await home.connect();
});
afterAll(async () => {
  await home?.end();
  await shop?.remove();
});

const context = contextOf("orders");
const schedule = "0 5 * * *";
const jobs = () => query(shop.server.url(), "SELECT jobname FROM cron.job WHERE schedule = $1", [schedule]);
const waiting = async () =>
  (await query(shop.server.url(), "SELECT DISTINCT pid FROM pg_locks WHERE NOT granted")).length;

describe("a schedule that one run leaves and another begins to need", () => {
  it.each([
    ["is about to look who needs it", "SELECT pg_advisory_xact_lock(hashtextextended('postgres_ha:cron', 0))"],
    ["has seen that nobody needs it", "LOCK TABLE cron.job IN SHARE MODE"],
  ])("has its job in the end, where the first %s", async (_, stop) => {
    // Each name of the host is a way of its own, as that of another process is.
    const [leaving, coming] = ["127.0.0.1", "localhost"].map((host) => ({ ...shop.database, host }) as Connection);
    if (leaving === undefined || coming === undefined) throw new Error("two are needed");
    await shop.query("UPDATE postgres_ha.partitioned_tables SET schedule = '0 2 * * *'");
    await ensureJob(coming, schedule, context);
    await home.query(`BEGIN; ${stop}`);
    const removed = removeUnusedJob(leaving, schedule, context);
    await eventually(async () => expect(await waiting()).toBe(1), 10);
    await shop.query("UPDATE postgres_ha.partitioned_tables SET schedule = $1", [schedule]);
    let over = false;
    const ensured = ensureJob(coming, schedule, context).finally(() => {
      over = true;
    });
    await eventually(async () => expect(over || (await waiting()) === 2).toBe(true), 10);
    await home.query("COMMIT");
    await Promise.all([removed, ensured]);
    expect(await jobs()).toEqual([{ jobname: `shop: ${jobName(schedule)}` }]);
  });

  it("loses it with the last table, also in the database that pg_cron lives in", async () => {
    const there = { ...shop.database, database: "postgres" } as Connection;
    await shop.query("UPDATE postgres_ha.partitioned_tables SET schedule = '0 2 * * *'");
    await removeUnusedJob(shop.database as unknown as Connection, schedule, context);
    expect(await jobs()).toEqual([]);
    await query(
      shop.server.url(),
      "CREATE TABLE postgres_ha.partitioned_tables (schedule text); INSERT INTO postgres_ha.partitioned_tables VALUES ('0 5 * * *')",
    );
    await ensureJob(there, schedule, context);
    await removeUnusedJob(there, schedule, context);
    expect(await jobs()).toHaveLength(1);
    await query(shop.server.url(), "DELETE FROM postgres_ha.partitioned_tables");
    await removeUnusedJob(there, schedule, context);
    expect(await jobs()).toEqual([]);
  });
});
