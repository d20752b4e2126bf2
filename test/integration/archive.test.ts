import { Client as S3Client } from "minio";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { parseArguments } from "../../components/arguments.ts";
import { partitionedTableArgs, partitionedTableRules } from "../../components/partitions/args.ts";
import { tableInputs } from "../../components/partitions/inputs.ts";
import { partitionedTable } from "../../provider/partitions/partitioned-table.ts";
import { type Connection, serverOf } from "../../provider/sql/connection.ts";
import { ensureSupport } from "../../provider/sql/support/index.ts";
import { mustExecute } from "../support/docker.ts";
import { query } from "../support/sql.ts";
import { type Outputs, TestStack } from "../support/stack.ts";

/** Rows leave the cluster for the bucket, and only then the partition may go. */
const stack = new TestStack(inject("stack"));
const context = { urn: "", log: () => undefined, tell: () => undefined };
let outputs: Outputs;
let url: string;
let connection: Connection;

beforeAll(async () => {
  outputs = await stack.outputs();
  const { user, password } = outputs.credentials.superuser ?? { user: "", password: "" };
  const primary = new URL(outputs.primaryUrl);
  connection = {
    host: primary.hostname,
    port: Number(primary.port),
    user,
    password,
    database: "app",
    owner: "app",
  };
  primary.username = user;
  primary.password = password;
  url = primary.href;
  await serverOf(connection, context).transaction({ purpose: "prepare", run: ensureSupport });
  await query(
    url,
    `DROP TABLE IF EXISTS readings;
     CREATE TABLE readings (at timestamptz NOT NULL, note text) PARTITION BY RANGE (at);
     CREATE TABLE "readings 2024" PARTITION OF readings FOR VALUES FROM ('2024-01-01') TO ('2025-01-01');
     INSERT INTO readings SELECT '2024-03-01'::timestamptz + n * interval '1 minute', repeat('x', n % 50) FROM generate_series(1, 20000) n`,
  );
});

describe("retention that archives", () => {
  it("puts what it no longer keeps into the bucket, and then drops it", async () => {
    const now = new Date();
    const start = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 3, 1)).toISOString().slice(0, 10);
    const columns = [
      { name: "at", type: "timestamptz", notNull: true },
      { name: "page", type: "text" },
    ];
    const inputs = (more: object) => {
      const value = { table: "visits", column: "at", interval: "month", start, columns, ...more };
      const settings = parseArguments("PartitionedTable", partitionedTableArgs, value, partitionedTableRules);
      return { database: connection, ...tableInputs(settings) };
    };
    const [before, after] = [inputs({}), inputs({ retention: { keep: 1, action: "archive" } })];
    await partitionedTable.create(undefined, before, context);
    await query(
      url,
      "INSERT INTO visits SELECT $1::date + n * interval '1 hour', 'home' FROM generate_series(1, 500) n",
      [start],
    );
    await partitionedTable.update?.(undefined, "", before, after, context);
    await query(url, "CALL postgres_ha.maintain_partitions('0 2 * * *')");
    expect(await query(url, "SELECT count(*)::int AS rows FROM visits")).toEqual([{ rows: 0 }]);
    const [kept] = await query<{ rows: number }>(
      url,
      "SELECT sum(row_count)::int AS rows FROM postgres_ha.archived_partitions WHERE parent = 'public.visits'",
    );
    expect(kept).toEqual({ rows: 500 });
    const [run] = await query(
      url,
      "SELECT ok, cardinality(removed) AS removed FROM postgres_ha.partition_log WHERE table_name = 'visits' ORDER BY id DESC LIMIT 1",
    );
    expect(run).toEqual({ ok: true, removed: 2 });
  });
});

describe("archiving a partition", () => {
  it("puts all of its rows into the bucket, and records what is where", async () => {
    const [row] = await query<{ object: string }>(
      url,
      `SELECT postgres_ha.archive_partition('"readings 2024"') AS object`,
    );
    expect(row?.object).toBe("partitions/app/public/readings_2024.csv.gz");
    expect(
      await query(
        url,
        "SELECT partition, parent, row_count::int FROM postgres_ha.archived_partitions WHERE parent = 'public.readings'",
      ),
    ).toEqual([{ partition: 'public."readings 2024"', parent: "public.readings", row_count: 20000 }]);
    const { user, password } = outputs.credentials.s3 ?? { user: "", password: "" };
    const { hostname, port } = new URL(outputs.s3Endpoint);
    const s3 = new S3Client({
      endPoint: hostname,
      port: Number(port),
      useSSL: false,
      accessKey: user,
      secretKey: password,
    });
    expect((await s3.statObject("backups", row?.object ?? "")).size).toBeGreaterThan(1000);
  });

  it("gives back what it took", async () => {
    await query(url, "CREATE TABLE IF NOT EXISTS restored (LIKE readings); TRUNCATE restored");
    const member = stack.container("postgres-1");
    const get = "s3cmd -q -c /etc/patroni/s3cfg get s3://backups/partitions/app/public/readings_2024.csv.gz - | gunzip";
    const csv = await mustExecute(member, ["bash", "-c", get]);
    expect(csv.trim().split("\n")).toHaveLength(20001);
    expect(csv.startsWith("at,note\n")).toBe(true);
  });

  it("fails where the bucket cannot be written, and records nothing", async () => {
    const members = ["postgres-1", "postgres-2", "postgres-3"].map((member) => stack.container(member));
    const keys = (mode: string) =>
      Promise.all(members.map((member) => mustExecute(member, ["chmod", mode, "/etc/patroni/s3cfg"])));
    await query(url, "TRUNCATE postgres_ha.archived_partitions");
    await keys("0000");
    try {
      const failing = query(url, `SELECT postgres_ha.archive_partition('"readings 2024"')`);
      await expect(failing).rejects.toThrow(/program .*archive-partition.* failed/);
      expect(await query(url, "SELECT * FROM postgres_ha.archived_partitions")).toEqual([]);
    } finally {
      await keys("0400");
    }
  });
});
