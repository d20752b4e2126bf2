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

const platform = new DockerPlatform("webhook-events", {
  name: "webhook-events",
  portOffset: 200,
  ...config.getObject<Partial<DockerPlatformArgs>>("docker"),
});

const postgres = new HaPostgres("webhook-events", {
  platform,
  cluster: { superuser: "admin" },
  databases: [{ name: "ai_agent_admin" }],
  ...config.getObject<HaPostgresArgs>("postgres"),
});

const database = postgres.database("ai_agent_admin");
const schema = new Migrations("schema", { database, directory: "migrations" });

// "false" leaves the table as the migration made it, e.g. until its old rows have been loaded.
if (config.getBoolean("partitioned") ?? true) {
  new PartitionedTable(
    "webhook_events",
    {
      database,
      table: "webhook_events",
      column: "received_at",
      interval: "month",
      ahead: 4,
      retention: { keep: 6, action: "drop" },
      schedule: "0 2 * * *",
      convert: { primaryKey: ["webhook_events_id", "received_at"] },
    },
    { dependsOn: schema },
  );
}

export const { writeUrl, readUrl, primaryUrl, replicaUrl, s3Endpoint, members, credentials } = postgres;
