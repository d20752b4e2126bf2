import { Config } from "@pulumi/pulumi";
import { DockerPlatform, type DockerPlatformArgs, HaPostgres, type HaPostgresArgs } from "pulumi-postgres-ha";

const config = new Config();

const platform = new DockerPlatform("sagaz", {
  name: "sagaz",
  portOffset: 300,
  ...config.getObject<Partial<DockerPlatformArgs>>("docker"),
});

const postgres = new HaPostgres("sagaz", {
  platform,
  databases: [{ name: "sagaz" }],
  ...config.getObject<HaPostgresArgs>("postgres"),
});

export const { writeUrl, readUrl, primaryUrl, replicaUrl, members, credentials } = postgres;
