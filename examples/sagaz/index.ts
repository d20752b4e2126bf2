import { Config } from "@pulumi/pulumi";
import {
  DockerPlatform,
  type DockerPlatformArgs,
  HaPostgres,
  type HaPostgresArgs,
  Migrations,
  PartitionedTable,
  PartitionFunctions,
  ScheduledJob,
} from "pulumi-postgres-ha";

const config = new Config();

const platform = new DockerPlatform("sagaz", {
  name: "sagaz",
  portOffset: 300,
  ...config.getObject<Partial<DockerPlatformArgs>>("docker"),
});

const postgres = new HaPostgres("sagaz", {
  platform,
  pools: {
    write: {
      mode: "transaction",
      maxClientConnections: 200,
      defaultPoolSize: 25,
      minPoolSize: 5,
      serverLifetime: 3600,
    },
    read: { mode: "session", maxClientConnections: 300, defaultPoolSize: 50, minPoolSize: 10, serverLifetime: 7200 },
  },
  databases: [{ name: "sagaz" }],
  ...config.getObject<HaPostgresArgs>("postgres"),
});

const database = postgres.database("sagaz");
const migrations = new Migrations("sagaz", { database, directory: "migrations" });

const created = { name: "created_at", type: "timestamptz", default: "now()" };
const daily = "0 2 * * *";

new PartitionedTable("saga_executions", {
  database,
  table: "saga_executions",
  columns: [
    { name: "saga_id", type: "uuid", default: "gen_random_uuid()" },
    { name: "saga_name", type: "text", notNull: true },
    { name: "status", type: "text", notNull: true },
    { name: "context", type: "jsonb", notNull: true, default: "'{}'" },
    { name: "error", type: "text" },
    created,
    { name: "completed_at", type: "timestamptz" },
  ],
  primaryKey: ["saga_id", "created_at"],
  column: "created_at",
  interval: "month",
  names: "_y{YYYY}m{MM}",
  ahead: 3,
  retention: { keep: 12, action: "drop" },
  indexes: [{ columns: ["status", "created_at"] }, { columns: ["saga_name", "created_at"] }],
  schedule: daily,
  createFunction: "create_saga_executions_partition",
});

new PartitionedTable("saga_outbox", {
  database,
  table: "saga_outbox",
  columns: [
    { name: "event_id", type: "uuid", default: "gen_random_uuid()" },
    { name: "saga_id", type: "uuid" },
    { name: "topic", type: "text", notNull: true },
    { name: "payload", type: "jsonb", notNull: true },
    { name: "status", type: "text", notNull: true, default: "'PENDING'" },
    { name: "attempts", type: "integer", notNull: true, default: "0" },
    created,
    { name: "published_at", type: "timestamptz" },
  ],
  primaryKey: ["event_id", "created_at"],
  column: "created_at",
  interval: "day",
  names: "_y{YYYY}m{MM}d{DD}",
  ahead: 7,
  retention: { keep: 30, action: "drop" },
  indexes: [{ columns: ["status", "created_at"], where: "status = 'PENDING'" }],
  schedule: daily,
  createFunction: "create_saga_outbox_partition",
});

new PartitionedTable("saga_audit_log", {
  database,
  table: "saga_audit_log",
  columns: [
    { name: "log_id", type: "bigint", identity: true },
    { name: "saga_id", type: "uuid", notNull: true },
    { name: "event_type", type: "text", notNull: true },
    { name: "details", type: "jsonb", notNull: true, default: "'{}'" },
    created,
  ],
  primaryKey: ["log_id", "created_at"],
  column: "created_at",
  interval: "month",
  names: "_y{YYYY}m{MM}",
  ahead: 3,
  retention: { keep: 12, action: "drop" },
  indexes: [{ columns: ["saga_id", "created_at"] }, { columns: ["event_type", "created_at"] }],
  schedule: daily,
  createFunction: "create_saga_audit_log_partition",
});

new PartitionFunctions("sagaz", { database });

new ScheduledJob(
  "cleanup-consumer-inbox",
  { database, schedule: "0 3 * * *", command: "SELECT cleanup_consumer_inbox(90)" },
  { dependsOn: migrations },
);

export const { writeUrl, readUrl, primaryUrl, replicaUrl, s3Endpoint, members, credentials } = postgres;
