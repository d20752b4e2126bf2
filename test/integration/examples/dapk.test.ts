import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "../../support/command.ts";
import { changesNothingAgain, runningExample } from "../../support/running-example.ts";
import { query } from "../../support/sql.ts";

/** With the servers and pools of the program: their settings are the seed's. */
const example = runningExample("dapk", {
  services: { postgres: "primary" },
  postgres: { consensus: { kind: "etcd", members: 1 } },
});
const owner = { service: "postgres", user: "dapk_user", database: "dapk" };
const asOwner = (text: string) => example.shell.sql(text, owner);
const asSuperuser = (text: string) => example.shell.sql(text, { ...owner, user: "postgres" });
const ask = (sql: string) => query(example.outputs.primaryUrl, sql);

async function fill(): Promise<void> {
  await ask(`
    INSERT INTO users (id, email, full_name) VALUES (41, 'ana@dapk.example', 'Ana'), (42, 'bo@dapk.example', 'Bo');
    INSERT INTO warehouses (code, name, city) VALUES ('N', 'North', 'Kiel'), ('S', 'South', 'Ulm');
    INSERT INTO shipments (awb_number, origin_warehouse_id, destination_warehouse_id, status, total_amount, created_at)
      SELECT 'AWB' || lpad(n::text, 8, '0'), a.id, b.id, 'pending', 10, timestamptz '2026-03-01 12:00Z' + n * interval '1 hour'
      FROM generate_series(1, 500) AS n, warehouses a, warehouses b WHERE a.code = 'N' AND b.code = 'S'`);
}

describe("the database", () => {
  it("is the seed's, and its statements can be run again", async () => {
    await asSuperuser(`-- Grant privileges
GRANT ALL PRIVILEGES ON DATABASE dapk TO dapk_user;

-- Connect to database
\\c dapk

-- Enable extensions
CREATE EXTENSION IF NOT EXISTS "uuid-ossp";     -- UUID generation
CREATE EXTENSION IF NOT EXISTS "pg_trgm";       -- Text search optimization

-- PostGIS (for geographic data - future)
CREATE EXTENSION IF NOT EXISTS postgis;

-- pg_stat_statements (query performance)
CREATE EXTENSION IF NOT EXISTS pg_stat_statements;`);
    const tables = await asOwner("-- List all tables\n\\dt\n\n-- Describe specific table\n\\d shipments");
    for (const table of ["users", "warehouses", "shipments"]) expect(tables).toMatch(new RegExp(`\\b${table}\\b`));
    expect(tables).toContain("Partition key: RANGE (created_at)");
  });

  it("has no hole for strangers: none but its owner makes tables", async () => {
    expect(await ask("SELECT has_schema_privilege('public', 'public', 'CREATE') AS everybody")).toEqual([
      { everybody: false },
    ]);
    await expect(asReporter("CREATE TABLE mine (a int)")).rejects.toThrow(/permission denied for schema public/);
  });

  it("imports the schema from a file", async () => {
    const file = await readFile(join(root, "examples/dapk/migrations/001_schema-definitions.sql"), "utf8");
    const again = await example.shell.run(
      "cat examples/dapk/migrations/001_schema-definitions.sql | \\\n  docker-compose exec -T postgres psql -U dapk_user -d dapk",
    );
    expect(file).toContain("CREATE TABLE shipments");
    expect(again.stderr + again.stdout).toContain('relation "shipments" already exists');
  });
});

const asReporter = (sql: string) => {
  const url = new URL(example.outputs.primaryUrl);
  const { user, password } = example.outputs.credentials.reports_user ?? { user: "", password: "" };
  Object.assign(url, { username: user, password });
  return query(url.href, sql);
};

describe("the servers and pools", () => {
  it("are set as the seed sets them", async () => {
    const settings = {
      max_connections: "100",
      wal_level: "replica",
      max_wal_size: "1GB",
      min_wal_size: "80MB",
      random_page_cost: "1.1",
      effective_io_concurrency: "200",
      log_min_duration_statement: "1s",
      log_timezone: "UTC",
      autovacuum_max_workers: "3",
      log_statement: "ddl",
      log_connections: "on",
      log_disconnections: "on",
      log_duration: "on",
    };
    const rows = await ask(
      `SELECT name, current_setting(name) AS value FROM unnest(ARRAY['${Object.keys(settings).join("','")}']) AS name`,
    );
    expect(Object.fromEntries(rows.map(({ name, value }) => [name, value]))).toEqual(settings);
    const config = await example.shell.must('psql -h localhost -p 6432 -U postgres -d pgbouncer -At -c "SHOW CONFIG"');
    for (const [name, value] of Object.entries({
      pool_mode: "transaction",
      max_client_conn: 1000,
      default_pool_size: 20,
    }))
      expect(config).toMatch(new RegExp(`^${name}\\|${value}\\|`, "m"));
  });
});

describe("shipments", () => {
  it("go to the partition of their year, and the next years are there", async () => {
    await fill();
    const year = new Date().getUTCFullYear();
    const rows = await ask(
      "SELECT inhrelid::regclass::text AS name FROM pg_inherits WHERE inhparent = 'shipments'::regclass",
    );
    const names = rows.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([0, 1, 2].map((later) => `shipments_${year + later}`)));
    expect(await ask("SELECT count(*) FROM shipments_2026")).toEqual([{ count: "500" }]);
  });

  it("are indexed as the seed says", async () => {
    const rows = await ask("SELECT indexname, indexdef FROM pg_indexes WHERE tablename = 'shipments'");
    const found = Object.fromEntries(
      rows.map(({ indexname, indexdef }) => [indexname, String(indexdef).replace(/.*USING /, "")]),
    );
    expect(found).toMatchObject({
      idx_shipments_origin: "btree (origin_warehouse_id)",
      idx_shipments_destination: "btree (destination_warehouse_id)",
      idx_shipments_status: "btree (status, deleted_at)",
      idx_shipments_dates: "btree (created_at, deleted_at)",
      idx_shipments_warehouse_status: "btree (origin_warehouse_id, status, deleted_at)",
      idx_shipments_awb_trgm: "gin (awb_number gin_trgm_ops)",
    });
  });

  it("are found by status and by a part of their number, through an index", async () => {
    const plan = await asOwner(`EXPLAIN ANALYZE
SELECT * FROM shipments 
WHERE status = 'pending' 
AND deleted_at IS NULL
LIMIT 50;`);
    expect(plan).toContain("Execution Time");
    await ask("ANALYZE shipments");
    const trigram = await asOwner(
      "SET enable_seqscan = off; EXPLAIN SELECT id FROM shipments WHERE awb_number LIKE '%000042%';",
    );
    expect(trigram).toContain("awb_number_idx");
  });

  it("are rebuilt in their indexes while they are used", async () => {
    await asOwner("REINDEX INDEX CONCURRENTLY idx_shipments_status;");
    await asOwner("REINDEX TABLE shipments;");
  });
});

describe("daily_shipment_stats", () => {
  it("is refreshed on a schedule, readable while it is", async () => {
    await asOwner("REFRESH MATERIALIZED VIEW daily_shipment_stats;");
    await asOwner("REFRESH MATERIALIZED VIEW CONCURRENTLY daily_shipment_stats;");
    const days = await ask("SELECT sum(total_shipments) AS all, sum(total_amount) AS amount FROM daily_shipment_stats");
    expect(days).toEqual([{ all: "500", amount: "5000.00" }]);
    const jobs = await asSuperuser("\\c postgres\nSELECT database, schedule, command FROM cron.job WHERE active;");
    expect(jobs).toMatch(/dapk +\| 15 \* \* \* \* +\| .*daily_shipment_stats/);
  });

  it("leaves out what is deleted", async () => {
    await ask("UPDATE shipments SET deleted_at = now() WHERE awb_number = 'AWB00000001'");
    await asOwner("REFRESH MATERIALIZED VIEW daily_shipment_stats;");
    const days = await ask("SELECT sum(total_shipments) AS all FROM daily_shipment_stats");
    expect(days).toEqual([{ all: "499" }]);
  });
});

describe("reports_user", () => {
  it("reads everything, what is made later too, and writes nothing", async () => {
    await asOwner("CREATE TABLE later (a int); INSERT INTO later VALUES (1);");
    expect(await asReporter("SELECT a FROM later")).toEqual([{ a: 1 }]);
    await asOwner("DROP TABLE later;");
    expect(await asReporter("SELECT count(*) FROM shipments")).toEqual([{ count: "500" }]);
    expect(await asReporter("SELECT count(*) > 0 AS some FROM daily_shipment_stats")).toEqual([{ some: true }]);
    await expect(asReporter("DELETE FROM shipments")).rejects.toThrow(/permission denied|read-only/);
    await expect(asReporter("INSERT INTO users (email, full_name) VALUES ('a', 'b')")).rejects.toThrow(
      /permission denied|read-only/,
    );
  });
});

describe("the operations", () => {
  it("reset a sequence after ids that were given by hand", async () => {
    await asOwner(`-- If manual ID insertion breaks sequence
SELECT setval('users_id_seq', (SELECT MAX(id) FROM users));`);
    expect(
      await ask("INSERT INTO users (email, full_name) VALUES ('cy@dapk.example', 'Cy') RETURNING id::int"),
    ).toEqual([{ id: 43 }]);
  });

  it("find duplicates", async () => {
    await ask(
      "INSERT INTO shipments (awb_number, origin_warehouse_id, destination_warehouse_id) SELECT 'AWB00000007', origin_warehouse_id, destination_warehouse_id FROM shipments WHERE awb_number = 'AWB00000007'",
    );
    const duplicates = await asOwner(`SELECT awb_number, COUNT(*)
FROM shipments
WHERE deleted_at IS NULL
GROUP BY awb_number
HAVING COUNT(*) > 1;`);
    expect(duplicates).toMatch(/AWB00000007 \| +2\n\(1 row\)/);
  });

  it("do the same in words of their own", async () => {
    expect(await asOwner("SELECT * FROM postgres_ha.reset_sequence('users');")).toMatch(/users_id_seq \| id +\| +44/);
    const duplicates = "SELECT * FROM postgres_ha.duplicates('shipments', ARRAY['awb_number'], 'deleted_at IS NULL');";
    expect(await asOwner(duplicates)).toMatch(/AWB00000007.*\| +2\n\(1 row\)/);
    expect(await asOwner("SELECT * FROM postgres_ha.locks;")).toContain("(0 rows)");
  });

  it("lock a table for a while", async () => {
    await asOwner(`BEGIN;
-- Exclusive lock (blocks all other access)
LOCK TABLE shipments IN EXCLUSIVE MODE;

-- Share lock (allows reads, blocks writes)
LOCK TABLE shipments IN SHARE MODE;
ROLLBACK;`);
  });
});

changesNothingAgain(example);
