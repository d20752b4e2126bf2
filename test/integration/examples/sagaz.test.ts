import { describe, expect, it } from "vitest";
import { changesNothingAgain, runningExample } from "../../support/running-example.ts";
import { query } from "../../support/sql.ts";

/** The commands are the seed's own, as it prints them. */
const example = runningExample("sagaz", {
  services: { "postgres-primary": "primary", "postgres-replica": "replica" },
  // Two servers, as the seed has them, and one store for who leads.
  postgres: { consensus: { kind: "etcd", members: 1 }, cluster: { members: 2 }, balancer: { instances: 1 } },
});
const must = (script: string) => example.shell.must(script);
const psql = (sql: string) => query(example.outputs.primaryUrl, sql);

/** The end of a child's name, as PostgreSQL knows the day. */
async function today(format: string): Promise<string> {
  const [row] = await psql(`SELECT to_char(now() AT TIME ZONE 'UTC', '${format}') AS text`);
  return String(row?.text);
}

describe("partitions", () => {
  it("are counted", async () => {
    const statistics = await must(
      String.raw`docker-compose exec postgres-primary psql -U postgres -d sagaz -c \
  "SELECT * FROM get_partition_statistics();"`,
    );
    for (const table of ["saga_executions", "saga_outbox", "saga_audit_log"]) expect(statistics).toContain(table);
  });

  it("are listed, with the seed's names, 3 months and 7 days ahead", async () => {
    const metadata = await must(
      String.raw`docker-compose exec postgres-primary psql -U postgres -d sagaz -c \
  "SELECT * FROM partition_metadata ORDER BY partition_start DESC;"`,
    );
    expect(metadata).toContain(`saga_executions_${await today('"y"YYYY"m"MM')}`);
    expect(metadata).toContain(`saga_audit_log_${await today('"y"YYYY"m"MM')}`);
    expect(metadata).toContain(`saga_outbox_${await today('"y"YYYY"m"MM"d"DD')}`);
    const beyond = await psql(
      `SELECT to_char(now() AT TIME ZONE 'UTC' + interval '3 months', '"y"YYYY"m"MM') AS month,
              to_char(now() AT TIME ZONE 'UTC' + interval '7 days', '"y"YYYY"m"MM"d"DD') AS day`,
    );
    expect(metadata).toContain(`saga_executions_${beyond[0]?.month}`);
    expect(metadata).toContain(`saga_outbox_${beyond[0]?.day}`);
  });

  it("are maintained on request", async () => {
    await must(
      String.raw`docker-compose exec postgres-primary psql -U postgres -d sagaz -c \
  "SELECT * FROM maintain_all_partitions();"`,
    );
    await must(
      String.raw`docker-compose exec postgres-primary psql -U postgres -d sagaz -c \
  "SELECT create_saga_executions_partition(CURRENT_DATE);"`,
    );
  });

  it("that are older than what is kept go, by hand or by maintenance", async () => {
    await psql("SELECT create_saga_outbox_partition('2024-12-01'), create_saga_outbox_partition('2024-12-02')");
    await must(
      String.raw`docker-compose exec postgres-primary psql -U postgres -d sagaz -c \
  "DROP TABLE saga_outbox_y2024m12d01;"`,
    );
    await must(
      String.raw`docker-compose exec postgres-primary psql -U postgres -d sagaz -c \
  "SELECT maintain_all_partitions();"`,
    );
    expect(await psql("SELECT relname FROM pg_class WHERE relname LIKE 'saga_outbox_y2024%'")).toEqual([]);
  });

  it("are maintained daily at 2", async () => {
    const jobs = await query(
      example.outputs.primaryUrl.replace(/\/\/[^@]*@/, () => `//${superuser()}@`).replace(/\/sagaz$/, "/postgres"),
      "SELECT schedule, command, database FROM cron.job WHERE active ORDER BY command",
    );
    const inSagaz = jobs.filter(({ database }) => database === "sagaz");
    expect(inSagaz.filter(({ schedule }) => schedule === "0 2 * * *").length).toBeGreaterThan(0);
    expect(inSagaz.filter(({ command }) => /cleanup_consumer_inbox\(90\)/.test(String(command)))).toHaveLength(1);
  });

  it("are indexed as the seed says", async () => {
    const rows = await psql("SELECT tablename, indexdef FROM pg_indexes WHERE schemaname = 'public'");
    const indexed = (table: string) =>
      rows
        .filter(({ tablename }) => tablename === table)
        .map(({ indexdef }) => String(indexdef).replace(/.*USING /, ""));
    expect(indexed("saga_executions")).toEqual(
      expect.arrayContaining(["btree (status, created_at)", "btree (saga_name, created_at)"]),
    );
    expect(indexed("saga_outbox")).toContain("btree (status, created_at) WHERE (status = 'PENDING'::text)");
    expect(indexed("saga_audit_log")).toEqual(
      expect.arrayContaining(["btree (saga_id, created_at)", "btree (event_type, created_at)"]),
    );
  });
});

const superuser = () => {
  const { user, password } = example.outputs.credentials.superuser ?? { user: "", password: "" };
  return `${user}:${password}`;
};

describe("rows", () => {
  it("of a saga go to the partition of their month, and only what can hold them is read", async () => {
    await psql("SELECT create_saga_executions_partition(CURRENT_DATE - 90)");
    await must(
      String.raw`docker-compose exec postgres-primary psql -U postgres -d sagaz -c \
  "INSERT INTO saga_executions (saga_name, status) VALUES ('test-saga', 'SUCCESS');"`,
    );
    const plan = await must(
      String.raw`docker-compose exec postgres-primary psql -U postgres -d sagaz -c \
  "EXPLAIN (ANALYZE, BUFFERS) 
   SELECT * FROM saga_executions 
   WHERE created_at >= CURRENT_DATE - INTERVAL '1 day';"`,
    );
    expect(plan).toMatch(/Subplans Removed: \d/);
    expect(plan).toContain(`saga_executions_${await today('"y"YYYY"m"MM')}`);
    const [{ partition } = { partition: "" }] = await psql(
      "SELECT tableoid::regclass::text AS partition FROM saga_executions",
    );
    expect(partition).toBe(`saga_executions_${await today('"y"YYYY"m"MM')}`);
  });

  it("of the outbox are seen on the replica", async () => {
    await must(
      String.raw`docker-compose exec postgres-primary psql -U postgres -d sagaz -c \
  "INSERT INTO saga_outbox (topic, payload, status) 
   VALUES ('test.topic', '{\"foo\": \"bar\"}'::jsonb, 'PENDING');"`,
    );
    const count = await must(
      String.raw`sleep 2  # Wait for replication
docker-compose exec postgres-replica psql -U postgres -d sagaz -c \
  "SELECT COUNT(*) FROM saga_outbox WHERE status = 'PENDING';"`,
    );
    expect(count).toMatch(/^ +1$/m);
  });

  it("of the inbox go after 90 days", async () => {
    await psql(
      "INSERT INTO consumer_inbox (event_id, consumer_name, source_topic, consumed_at) SELECT gen_random_uuid(), 'test', 'test.topic', now() - days * interval '1 day' FROM unnest(ARRAY[1, 89, 91]) AS days",
    );
    const removed = await must(
      String.raw`docker-compose exec postgres-primary psql -U postgres -d sagaz -c \
  "SELECT cleanup_consumer_inbox(90);"`,
    );
    expect(removed).toMatch(/^ +1$/m);
    expect(await psql("SELECT count(*) FROM consumer_inbox")).toEqual([{ count: "2" }]);
  });
});

describe("replication", () => {
  it("streams, with next to no lag", async () => {
    const status = await must(
      String.raw`docker-compose exec postgres-primary psql -U postgres -c \
  "SELECT * FROM pg_stat_replication;"`,
    );
    expect(status).toContain("streaming");
    const lag = await must(
      String.raw`docker-compose exec postgres-primary psql -U postgres -c \
  "SELECT client_addr, state, 
          pg_wal_lsn_diff(pg_current_wal_lsn(), sent_lsn) AS sending_lag_bytes,
          pg_wal_lsn_diff(pg_current_wal_lsn(), replay_lsn) AS replay_lag_bytes
   FROM pg_stat_replication;"`,
    );
    expect(lag).toMatch(/streaming \| +\d+ \| +\d{1,6}$/m);
  });

  it("keeps the replica in recovery", async () => {
    const answer = await must(
      String.raw`docker-compose exec postgres-replica psql -U postgres -c \
  "SELECT pg_is_in_recovery();"  -- Should return 't' (true)`.replace(/ +--.*/, ""),
    );
    expect(answer).toMatch(/^ t$/m);
  });

  it("is between servers that are ready", async () => {
    expect(await must("docker-compose exec postgres-primary pg_isready")).toContain("accepting connections");
    expect(await must("docker-compose exec postgres-replica pg_isready")).toContain("accepting connections");
  });
});

describe("the pools", () => {
  it("are what the seed says", async () => {
    expect(await must("psql -h localhost -p 6432 -U postgres -d pgbouncer -c 'SHOW POOLS;'")).toContain("transaction");
    expect(await must("psql -h localhost -p 6433 -U postgres -d pgbouncer -c 'SHOW POOLS;'")).toContain("session");
    expect(await must('psql -h localhost -p 6432 -U postgres -d pgbouncer -c "SHOW STATS;"')).toContain("total_xact");
    expect(await must('psql -h localhost -p 6432 -U postgres -d pgbouncer -c "SHOW CLIENTS;"')).toContain("pgbouncer");
    const config = (port: number) => must(`psql -h localhost -p ${port} -U postgres -d pgbouncer -At -c "SHOW CONFIG"`);
    const has = (text: string, settings: Record<string, string | number>) => {
      for (const [name, value] of Object.entries(settings))
        expect(text).toMatch(new RegExp(`^${name}\\|${value}\\|`, "m"));
    };
    const write = { pool_mode: "transaction", max_client_conn: 200, default_pool_size: 25, min_pool_size: 5 };
    const read = { pool_mode: "session", max_client_conn: 300, default_pool_size: 50, min_pool_size: 10 };
    has(await config(6432), { ...write, server_lifetime: 3600 });
    has(await config(6433), { ...read, server_lifetime: 7200 });
  });

  it("lead to the primary, and to the replica", async () => {
    const recovering = "SELECT pg_is_in_recovery() AS standby";
    expect(await query(example.outputs.writeUrl, recovering)).toEqual([{ standby: false }]);
    expect(await query(example.outputs.readUrl, recovering)).toEqual([{ standby: true }]);
  });
});

changesNothingAgain(example);
