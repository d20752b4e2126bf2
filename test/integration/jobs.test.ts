import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { scheduledJob } from "../../provider/jobs/scheduled-job.ts";
import type { Connection } from "../../provider/sql/connection.ts";
import { listening, makeDatabase } from "../support/in-database.ts";
import { startPostgres, type ThrowawayPostgres, withCron } from "../support/postgres.ts";
import { eventually, query } from "../support/sql.ts";

/** Jobs of pg_cron run as the owner of their database, and tell how they ended. */
let server: ThrowawayPostgres;
let database: Connection;

beforeAll(async () => {
  server = await startPostgres(withCron);
  database = await makeDatabase(server, "shop");
  const owner = new URL(server.url("shop"));
  [owner.username, owner.password] = [database.owner, "owner"];
  await query(owner.href, "CREATE TABLE runs (who text); CREATE TABLE other (x int)");
});
afterAll(() => server?.remove());

const job = (more: object = {}) => ({
  database,
  name: "note",
  schedule: "1 second",
  command: "INSERT INTO runs VALUES (current_user)",
  ...more,
});
const create = (more: object = {}, context = listening()) => scheduledJob.create(undefined, job(more), context);
const runsOf = (name: string, url = server.url()) =>
  eventually(async () => {
    const rows = await query(url, "SELECT * FROM postgres_ha.job_runs WHERE job = $1 AND ended IS NOT NULL", [name]);
    if (rows.length === 0) throw new Error(`${name} has not run`);
    return rows;
  }, 20);

describe("a scheduled job", () => {
  it("runs as the owner, and its runs can be read", async () => {
    await create();
    const [run] = await runsOf("note");
    expect(run).toMatchObject({ database: "shop", status: "succeeded", role: "shop_owner", message: "INSERT 0 1" });
    expect(await query(server.url("shop"), "SELECT DISTINCT who FROM runs")).toEqual([{ who: "shop_owner" }]);
  });

  it("tells why it failed", async () => {
    await create({ name: "fails", command: "SELECT no_such_function()" });
    const [run] = await runsOf("fails");
    expect(run).toMatchObject({
      status: "failed",
      message: expect.stringContaining("no_such_function() does not exist"),
    });
    await scheduledJob.delete(undefined, "", job({ name: "fails" }), listening());
  });

  it("shows its runs to the owner, and to no owner of another database", async () => {
    const stranger = await makeDatabase(server, "elsewhere");
    await create({ database: stranger, name: "theirs", command: "SELECT 1" });
    await runsOf("theirs");
    const as = (role: string) => {
      const url = new URL(server.url());
      [url.username, url.password] = [role, "owner"];
      return query(url.href, "SELECT DISTINCT database FROM postgres_ha.job_runs");
    };
    expect(await as("shop_owner")).toEqual([{ database: "shop" }]);
    expect(await as("elsewhere_owner")).toEqual([{ database: "elsewhere" }]);
    await scheduledJob.delete(undefined, "", job({ database: stranger, name: "theirs" }), listening());
  });

  it("is one job however often it is made, under whatever role", async () => {
    const context = listening();
    await create({}, context);
    expect(context.told).toEqual([]);
    await create({ role: server.user, schedule: "0 3 * * *" });
    expect(await query(server.url(), "SELECT username, schedule FROM cron.job WHERE jobname = 'shop: note'")).toEqual([
      { username: server.user, schedule: "0 3 * * *" },
    ]);
    await create({ command: "SELECT 2" }, context);
    expect(context.told).toEqual([expect.stringMatching(/takes the place.*INSERT INTO runs/)]);
  });

  it("shows in a refresh as it is, and as gone where it is gone", async () => {
    await create();
    await query(
      server.url(),
      "UPDATE cron.job SET schedule = '5 5 * * *', username = 'postgres' WHERE jobname = 'shop: note'",
    );
    const read = () => scheduledJob.read(undefined, "x", job(), listening(), job());
    expect((await read())?.inputs).toMatchObject({ schedule: "5 5 * * *", role: "postgres" });
    await query(server.url(), "UPDATE cron.job SET active = false WHERE jobname = 'shop: note'");
    expect(await read()).toBeUndefined();
    await create();
    expect((await read())?.inputs).toEqual(job());
    await scheduledJob.delete(undefined, "", job(), listening());
    await scheduledJob.delete(undefined, "", job(), listening());
    expect(await read()).toBeUndefined();
  });

  it("leaves no grant behind that would keep its owner from being dropped", async () => {
    const leaving = await makeDatabase(server, "leaving");
    const theirs = { database: leaving, name: "theirs", command: "SELECT 1" };
    await create(theirs);
    await scheduledJob.delete(undefined, "", job(theirs), listening());
    await query(server.url(), "DROP DATABASE leaving");
    await query(server.url(), "DROP ROLE leaving_owner");
    await scheduledJob.delete(
      undefined,
      "",
      { ...job(theirs), database: { ...database, owner: "leaving_owner" } },
      listening(),
    );
  });

  it("is not made for a role that could not run it", async () => {
    await query(server.url(), "CREATE ROLE nologin");
    await expect(create({ role: "nologin" })).rejects.toThrow(/"nologin" cannot log in/);
    await expect(create({ role: "nobody" })).rejects.toThrow(/there is no role "nobody"/);
  });

  it("does not keep its runs for ever", async () => {
    const [forget] = await query<{ command: string }>(
      server.url(),
      "SELECT command FROM cron.job WHERE jobname = 'postgres_ha: forget runs' AND active",
    );
    await query(
      server.url(),
      "UPDATE cron.job_run_details SET end_time = end_time - interval '31 days' WHERE runid = 1",
    );
    await query(server.url(), forget?.command ?? "");
    expect(await query(server.url(), "SELECT FROM cron.job_run_details WHERE runid = 1")).toEqual([]);
    expect(await query(server.url(), "SELECT count(*) > 0 AS kept FROM cron.job_run_details")).toEqual([
      { kept: true },
    ]);
  });
});
