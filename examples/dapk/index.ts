import { Config } from "@pulumi/pulumi";
import {
  DockerPlatform,
  type DockerPlatformArgs,
  HaPostgres,
  type HaPostgresArgs,
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
  roles: [{ name: "reports_user", access: [{ database: "dapk", may: "read" }] }],
  ...config.getObject<HaPostgresArgs>("postgres"),
});

const database = postgres.database("dapk");
const schema = new Migrations("schema", { database, directory: "migrations" });

new PartitionedTable(
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

export const { writeUrl, readUrl, primaryUrl, replicaUrl, s3Endpoint, members, credentials } = postgres;
