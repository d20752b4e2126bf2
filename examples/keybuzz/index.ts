import { Config } from "@pulumi/pulumi";
import {
  DockerPlatform,
  type DockerPlatformArgs,
  HaPostgres,
  type HaPostgresArgs,
  Migrations,
} from "pulumi-postgres-ha";

const config = new Config();

const platform = new DockerPlatform("keybuzz", {
  name: "keybuzz",
  portOffset: 400,
  ...config.getObject<Partial<DockerPlatformArgs>>("docker"),
});

const postgres = new HaPostgres("keybuzz", {
  platform,
  cluster: { superuser: "kb_admin" },
  pools: { write: { mode: "transaction" }, read: { mode: "transaction" } },
  databases: [{ name: "keybuzz", owner: "kb_app", extensions: ["vector"] }],
  ...config.getObject<HaPostgresArgs>("postgres"),
});

new Migrations("keybuzz", { database: postgres.database("keybuzz"), directory: "migrations" });

export const { writeUrl, readUrl, primaryUrl, replicaUrl, s3Endpoint, members, credentials } = postgres;
