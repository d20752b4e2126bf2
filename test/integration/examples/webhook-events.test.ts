import { describe, expect, it } from "vitest";
import { oneOfEach, runningExample } from "../../support/running-example.ts";
import { query } from "../../support/sql.ts";

/** The table holds rows of more than five months before it is partitioned: the seed's "bases de données existantes". */
const example = runningExample("webhook-events", {
  services: { ai_agent_postgres: "primary" },
  postgres: { ...oneOfEach, cluster: { members: 1, superuser: "admin" } },
  settings: { partitioned: false },
});
const ask = (sql: string) => query(example.outputs.primaryUrl, sql);
const asAdmin = (sql: string, database = "ai_agent_admin") =>
  example.shell.must(`docker exec ai_agent_postgres psql -U admin -d ${database} -At -c "${sql}"`);
const rows =
  "SELECT count(*)::int AS rows, md5(string_agg(w::text, ',' ORDER BY webhook_events_id)) AS sum FROM webhook_events w";
let before: unknown;

/** The script of the seed, without the lines that write it into a file. */
const verify = `#!/bin/bash
set -e

echo "=========================================="
echo "🔍 VÉRIFICATION PG_PARTMAN"
echo "=========================================="

echo -e "\\n1️⃣ Vérification du container..."
docker ps | grep ai_agent_postgres && echo "✅ Container actif" || echo "❌ Container non actif"

echo -e "\\n2️⃣ Vérification de l'extension..."
docker exec ai_agent_postgres psql -U admin -d ai_agent_admin -c \\
  "SELECT extname, extversion FROM pg_extension WHERE extname = 'pg_partman';" || echo "❌ Extension non trouvée"

echo -e "\\n3️⃣ Vérification de la configuration..."
docker exec ai_agent_postgres psql -U admin -d ai_agent_admin -c \\
  "SELECT parent_table, partition_interval, premake, retention FROM partman.part_config WHERE parent_table = 'public.webhook_events';" || echo "❌ Configuration non trouvée"

echo -e "\\n4️⃣ Vérification des partitions..."
PARTITION_COUNT=$(docker exec ai_agent_postgres psql -U admin -d ai_agent_admin -t -c \\
  "SELECT COUNT(*) FROM pg_tables WHERE tablename LIKE 'webhook_events_%';")
echo "Nombre de partitions: $PARTITION_COUNT"
if [ "$PARTITION_COUNT" -ge 5 ]; then
  echo "✅ Partitions créées (>= 5)"
else
  echo "⚠️ Nombre de partitions insuffisant"
fi

echo -e "\\n5️⃣ Test d'insertion..."
docker exec ai_agent_postgres psql -U admin -d ai_agent_admin -c \\
  "INSERT INTO webhook_events (source, event_type, payload, headers) VALUES ('test_verify', 'test', '{}', '{}') RETURNING webhook_events_id, tableoid::regclass;" || echo "❌ Insertion échouée"

echo -e "\\n6️⃣ Nettoyage du test..."
docker exec ai_agent_postgres psql -U admin -d ai_agent_admin -c \\
  "DELETE FROM webhook_events WHERE source = 'test_verify';" > /dev/null

echo -e "\\n=========================================="
echo "✅ VÉRIFICATION TERMINÉE"
echo "=========================================="
`;

describe("a table that holds data", () => {
  it("is turned into a partitioned one, with every row", async () => {
    await ask(
      `INSERT INTO webhook_events (source, event_type, payload, headers, received_at)
       SELECT 'github', 'push', jsonb_build_object('n', n), '{}', now() - n * interval '20 minutes'
       FROM generate_series(1, 12000) AS n`,
    );
    [before] = await ask(rows);
    await example.configure({});
    const { changes } = await example.stack.up();
    expect(changes).toMatchObject({ create: 1 });
    expect(await ask(rows)).toEqual([before]);
    const reports = await asAdmin("SELECT report_before, report_after FROM postgres_ha.conversions");
    expect(reports.match(/12000/g)?.length).toBeGreaterThan(1);
  });

  it("is what the seed verifies", async () => {
    const report = await example.shell.must(verify);
    expect(report).not.toMatch(/[❌⚠]/u);
    expect(report).toContain("✅ Partitions créées (>= 5)");
    expect(report).toMatch(/ pg_partman \| 5\./);
    expect(report).toMatch(/public\.webhook_events \| 1 mon +\| +4 \| 6 mon/);
    const [{ month } = { month: "" }] = await ask("SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYYMM') AS month");
    expect(report).toMatch(new RegExp(`\\| webhook_events_p${month}01$`, "m"));
    expect(report).toContain("✅ VÉRIFICATION TERMINÉE");
  });

  it("is read where its rows can be, and no further", async () => {
    const plan = await ask(
      "EXPLAIN SELECT * FROM webhook_events WHERE received_at >= date_trunc('month', now()) - interval '1 day' AND received_at < date_trunc('month', now())",
    );
    expect(JSON.stringify(plan).match(/Scan[^"]* on webhook_events_p/g) ?? []).toHaveLength(1);
  });

  it("is maintained daily at 2, with a log that can be read", async () => {
    const jobs = await asAdmin("SELECT schedule, command FROM cron.job WHERE database = 'ai_agent_admin'", "postgres");
    expect(jobs).toMatch(/^0 2 \* \* \*\|CALL postgres_ha/m);
    await asAdmin(jobs.trim().split("|")[1] ?? "");
    const log = await asAdmin("SELECT ok, table_name, message FROM postgres_ha.partition_log");
    expect(log).toMatch(/^t\|webhook_events\|/m);
  });

  it("is what can be checked in one statement", async () => {
    const checks = await asAdmin("SELECT ok, * FROM postgres_ha.verify_partitions('webhook_events')");
    expect(checks.split("\n").filter((line) => line !== "" && !line.startsWith("t|"))).toEqual([]);
    expect(checks).toContain("t|");
  });

  it("stays as it is with a second up", async () => {
    const { changes } = await example.stack.up();
    expect(Object.keys(changes)).toEqual(["same"]);
  });

  it("can be what it was, with the rows that came meanwhile", async () => {
    await ask("INSERT INTO webhook_events (source, event_type, payload) VALUES ('github', 'late', '{}')");
    const [after] = await ask(rows);
    await asAdmin("CALL postgres_ha.rollback_conversion('webhook_events')");
    expect(await ask(rows)).toEqual([after]);
    expect(await ask("SELECT relkind FROM pg_class WHERE oid = 'webhook_events'::regclass")).toEqual([
      { relkind: "r" },
    ]);
  });
});
