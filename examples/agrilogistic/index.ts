import { Config } from "@pulumi/pulumi";
import { DockerPlatform, type DockerPlatformArgs, HaPostgres, type HaPostgresArgs } from "pulumi-postgres-ha";

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
    { name: "agrodeep_orders", extensions: ["uuid-ossp", "pgcrypto", "pg_stat_statements", "pg_partman", "pg_cron"] },
  ],
  ...config.getObject<HaPostgresArgs>("postgres"),
});

export const { writeUrl, readUrl, primaryUrl, replicaUrl, s3Endpoint, members, credentials } = postgres;
