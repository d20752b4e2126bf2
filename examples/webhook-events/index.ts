import { Config } from "@pulumi/pulumi";
import { DockerPlatform, type DockerPlatformArgs, HaPostgres, type HaPostgresArgs } from "pulumi-postgres-ha";

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

export const { writeUrl, readUrl, primaryUrl, replicaUrl, s3Endpoint, members, credentials } = postgres;
