import { Config } from "@pulumi/pulumi";
import { HaPostgres, PartitionedTable } from "../../components/index.ts";
import { DockerPlatform } from "../../platforms/docker/index.ts";

const count = new Config().requireNumber("count");

const postgres = new HaPostgres("many-tables", {
  platform: new DockerPlatform("many-tables", { name: "pgha-many-tables", portOffset: 32000 }),
  consensus: { kind: "etcd", members: 1 },
  cluster: { members: 1 },
  balancer: { instances: 1 },
  pools: { write: { instances: 1 }, read: { instances: 1 } },
  databases: [{ name: "shop" }],
});
const database = postgres.database("shop");

for (let number = 1; number <= count; number++) {
  const table = `events_${number}`;
  new PartitionedTable(table, {
    database,
    table,
    columns: [
      { name: "id", type: "bigint", identity: true },
      { name: "created_at", type: "timestamptz", default: "now()" },
      { name: "status", type: "text", notNull: true, default: "'PENDING'" },
      { name: "payload", type: "jsonb" },
    ],
    primaryKey: ["id", "created_at"],
    column: "created_at",
    interval: "month",
    retention: { keep: 12, action: "drop" },
    indexes: [{ columns: ["status", "created_at"] }],
  });
}
