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

export const { writeUrl, readUrl, primaryUrl, replicaUrl, s3Endpoint, members, credentials } = postgres;
