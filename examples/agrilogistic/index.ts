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

const platform = new DockerPlatform("agrilogistic", {
  name: "agrilogistic",
  portOffset: 100,
  ...config.getObject<Partial<DockerPlatformArgs>>("docker"),
});

const postgres = new HaPostgres("agrilogistic", {
  platform,
  databases: [
    { name: "agrilogistic", extensions: ["uuid-ossp", "pgcrypto", "postgis", "pg_stat_statements"] },
    { name: "agrodeep_orders", extensions: ["uuid-ossp", "pgcrypto", "pg_stat_statements"] },
  ],
  ...config.getObject<HaPostgresArgs>("postgres"),
});

const monthly = "0 1 1 * *";

const agrilogistic = postgres.database("agrilogistic");
const migrations = new Migrations("agrilogistic", { database: agrilogistic, directory: "migrations" });

new PartitionedTable(
  "audit_logs",
  {
    database: agrilogistic,
    table: "audit_logs",
    column: "changed_at",
    interval: "month",
    ahead: 3,
    names: "_y{YYYY}m{MM}",
    schedule: monthly,
    createFunction: "create_audit_logs_partition_for_month",
  },
  { dependsOn: migrations },
);

new PartitionedTable("orders", {
  database: postgres.database("agrodeep_orders"),
  table: "orders",
  columns: [
    { name: "id", type: "uuid", default: "gen_random_uuid()" },
    { name: "order_number", type: "text", notNull: true },
    { name: "buyer_id", type: "uuid", notNull: true },
    { name: "status", type: "text", notNull: true, default: "'pending'" },
    { name: "total_amount", type: "numeric(12, 2)", notNull: true, check: "total_amount >= 0" },
    { name: "currency", type: "char(3)", notNull: true, default: "'EUR'" },
    { name: "shipping_address", type: "jsonb", notNull: true, default: "'{}'" },
    { name: "created_at", type: "timestamptz", default: "now()" },
    { name: "updated_at", type: "timestamptz", notNull: true, default: "now()" },
  ],
  primaryKey: ["id", "created_at"],
  column: "created_at",
  interval: "month",
  ahead: 3,
  names: "_y{YYYY}m{MM}",
  indexes: [
    { columns: ["created_at"], method: "brin" },
    { columns: ["shipping_address"], method: "gin" },
    { columns: ["buyer_id", "created_at"] },
  ],
  schedule: monthly,
  createFunction: "create_orders_partition_for_month",
});

export const { writeUrl, readUrl, primaryUrl, replicaUrl, s3Endpoint, members, credentials } = postgres;
