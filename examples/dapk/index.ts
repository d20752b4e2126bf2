import { Config } from "@pulumi/pulumi";
import {
  DockerPlatform,
  type DockerPlatformArgs,
  HaPostgres,
  type HaPostgresArgs,
  MaterializedView,
  Migrations,
  PartitionedTable,
} from "pulumi-postgres-ha";

const config = new Config();

const platform = new DockerPlatform("dapk", {
  name: "dapk",
  portOffset: 500,
  ...config.getObject<Partial<DockerPlatformArgs>>("docker"),
});

const postgres = new HaPostgres("dapk", {
  platform,
  cluster: {
    connections: 100,
    parameters: {
      wal_level: "replica",
      max_wal_size: "1GB",
      min_wal_size: "80MB",
      random_page_cost: 1.1,
      effective_io_concurrency: 200,
      log_min_duration_statement: 1000,
      log_timezone: "UTC",
      autovacuum_max_workers: 3,
      log_statement: "ddl",
      log_connections: true,
      log_disconnections: true,
      log_duration: true,
    },
  },
  balancer: { maxConnections: 4200, memory: "320MiB" },
  pools: {
    write: { mode: "transaction", maxClientConnections: 1000, defaultPoolSize: 20 },
    read: { mode: "transaction", maxClientConnections: 1000, defaultPoolSize: 20 },
  },
  databases: [
    {
      name: "dapk",
      owner: "dapk_user",
      extensions: ["uuid-ossp", "pg_trgm", "postgis", "pg_stat_statements"],
    },
  ],
  roles: [{ name: "reports_user", connectionLimit: 8, access: [{ database: "dapk", may: "read" }] }],
  ...config.getObject<HaPostgresArgs>("postgres"),
});

const database = postgres.database("dapk");
const schema = new Migrations("schema", { database, directory: "migrations" });

const shipments = new PartitionedTable(
  "shipments",
  {
    database,
    table: "shipments",
    column: "created_at",
    interval: "year",
    ahead: 2,
    names: "_{YYYY}",
    schedule: "30 2 1 * *",
  },
  { dependsOn: schema },
);

new MaterializedView(
  "daily_shipment_stats",
  {
    database,
    name: "daily_shipment_stats",
    query: `SELECT
    DATE(created_at) as date,
    origin_warehouse_id,
    COUNT(*) as total_shipments,
    SUM(total_amount) as total_amount
FROM shipments
WHERE deleted_at IS NULL
GROUP BY DATE(created_at), origin_warehouse_id`,
    uniqueIndex: ["date", "origin_warehouse_id"],
    refresh: "15 * * * *",
  },
  { dependsOn: shipments },
);

export const { writeUrl, readUrl, primaryUrl, replicaUrl, s3Endpoint, members, credentials } = postgres;
