import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { root } from "../../support/command.ts";
import { changesNothingAgain, oneOfEach, runningExample } from "../../support/running-example.ts";
import { query } from "../../support/sql.ts";

const example = runningExample("agrilogistic", { services: { postgres: "primary" }, postgres: oneOfEach });
const platform = (sql: string) => query(example.outputs.primaryUrl, sql);
const orders = (sql: string) => query(urlOf("agrodeep_orders"), sql);
const indexesOf = async (table: string, ask: typeof platform) =>
  (await ask(`SELECT indexdef FROM pg_indexes WHERE tablename = '${table}'`)).map(({ indexdef }) =>
    String(indexdef).replace(/.*USING /, ""),
  );

function urlOf(database: string): string {
  const { user, password } = example.outputs.credentials[database] ?? { user: "", password: "" };
  const url = new URL(example.outputs.primaryUrl);
  Object.assign(url, { username: user, password, pathname: `/${database}` });
  return url.href;
}

/** The seed's own folders, with the files of the example in them. */
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "agrilogistic-"));
  await mkdir(join(folder, "infrastructure/postgres/initdb"), { recursive: true });
  await symlink(join(root, "examples/agrilogistic/migrations"), join(folder, "infrastructure/postgres/migrations"));
  const extensions = ["uuid-ossp", "pgcrypto", "postgis", "pg_stat_statements"];
  const sql = extensions.map((name) => `CREATE EXTENSION IF NOT EXISTS "${name}";\n`).join("");
  await writeFile(join(folder, "infrastructure/postgres/initdb/01-extensions.sql"), sql);
});
afterAll(async () => {
  if (folder !== "") await rm(folder, { recursive: true });
});

describe("the migrations", () => {
  it("have run, each once, in order", async () => {
    const record = await platform("SELECT * FROM postgres_ha.migrations");
    expect(record).toHaveLength(5);
  });

  it("can be run again by hand, as the seed does", async () => {
    const commands = `
psql -h localhost -U postgres -d agrilogistic -f infrastructure/postgres/initdb/01-extensions.sql
psql -h localhost -U postgres -d agrilogistic -f infrastructure/postgres/migrations/001_analytics_events.sql
psql -h localhost -U postgres -d agrilogistic -f infrastructure/postgres/migrations/002_notifications_platform.sql
psql -h localhost -U postgres -d agrilogistic -f infrastructure/postgres/migrations/003_feature_flags.sql
psql -h localhost -U postgres -d agrilogistic -f infrastructure/postgres/migrations/004_audit_logs.sql`;
    const { code, stdout, stderr } = await example.shell.run(commands, folder);
    expect(`${stdout}${stderr}`).not.toContain("ERROR");
    expect(code).toBe(0);
  });

  it("have made the tables, their indexes and the flags", async () => {
    expect(await indexesOf("analytics_events", platform)).toContain("gin (properties jsonb_path_ops)");
    expect(await platform("SELECT count(*) FROM feature_flags")).toEqual([{ count: "4" }]);
    expect(await platform("SELECT count(*) FROM notifications")).toEqual([{ count: "0" }]);
  });

  it("index what is on the map", async () => {
    expect(await indexesOf("parcels", platform)).toContain("gist (geometry)");
    await platform(
      `INSERT INTO parcels (farm_id, name, geometry)
       SELECT gen_random_uuid(), 'parcel ' || n, ST_MakeEnvelope(n * 0.01, 45, n * 0.01 + 0.005, 45.005, 4326)
       FROM generate_series(1, 5000) AS n`,
    );
    await platform("ANALYZE parcels");
    const near = "SELECT name FROM parcels WHERE geometry && ST_MakeEnvelope(1, 45, 1.006, 45.01, 4326)";
    expect(JSON.stringify(await platform(`EXPLAIN ${near}`))).toContain("idx_parcels_geometry");
    expect(await platform(near)).toEqual([{ name: "parcel 100" }]);
  });
});

describe("the audit log", () => {
  it("has a partition for a month that is asked for, and DEFAULT for all others", async () => {
    const create = "SELECT create_audit_logs_partition_for_month('2025-03-01');";
    await example.shell.must(`psql -h localhost -U postgres -d agrilogistic -c "${create}"`);
    await example.shell.must(`psql -h localhost -U postgres -d agrilogistic -c "${create}"`);
    const logged = (at: string) =>
      platform(
        `INSERT INTO audit_logs (table_name, record_id, action, changed_at) VALUES ('orders', '1', 'INSERT', ${at}) RETURNING tableoid::regclass::text AS partition`,
      );
    expect(await logged("'2025-03-15'")).toEqual([{ partition: "audit_logs_y2025m03" }]);
    expect(await logged("'1999-01-01'")).toEqual([{ partition: "audit_logs_default" }]);
    const month = await platform("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY\"m\"MM') AS now");
    expect(await logged("now()")).toEqual([{ partition: `audit_logs_y${month[0]?.now}` }]);
  });
});

describe("orders", () => {
  it("are indexed by BRIN and GIN", async () => {
    expect(await indexesOf("orders", orders)).toEqual(
      expect.arrayContaining(["brin (created_at)", "gin (shipping_address)"]),
    );
  });

  it("get the partition of the next month by the seed's own job", async () => {
    await example.shell.must(
      `psql -h localhost -U postgres -d agrodeep_orders -c "SELECT create_orders_partition_for_month(date_trunc('month', CURRENT_DATE + interval '1 month')::date);"`,
    );
    await example.shell.must(
      `psql -h localhost -U postgres -d agrodeep_orders -c "SELECT create_orders_partition_for_month('2025-01-01');"`,
    );
    const found = await orders(
      `INSERT INTO orders (order_number, buyer_id, total_amount, created_at)
       VALUES ('A-1', gen_random_uuid(), 10, '2025-01-31') RETURNING tableoid::regclass::text AS partition`,
    );
    expect(found).toEqual([{ partition: "orders_y2025m01" }]);
  });

  it("are looked after on the first of each month at 1", async () => {
    const { user, password } = example.outputs.credentials.superuser ?? { user: "", password: "" };
    const url = new URL(urlOf("postgres"));
    Object.assign(url, { username: user, password });
    const jobs = await query(url.href, "SELECT database, schedule FROM cron.job WHERE active");
    for (const database of ["agrilogistic", "agrodeep_orders"])
      expect(jobs).toContainEqual({ database, schedule: "0 1 1 * *" });
  });
});

changesNothingAgain(example);
