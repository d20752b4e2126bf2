import type { PlannedService } from "../../platforms/service.ts";
import { patroniPort, postgresPort } from "../cluster/ports.ts";
import { clientPort, peerPort } from "../consensus/etcd.ts";
import { poolerPorts } from "../pools/pgbouncer.ts";
import type { HaPostgresSettings } from "./args.ts";

type Parts = Pick<HaPostgresSettings, "consensus" | "cluster" | "balancer" | "pools" | "bucket">;

const fixed = (...ports: readonly number[]) => ports.map((port) => ({ port }));

/** What `HaPostgres` will place, for those who must know before it does. */
export function plannedServices({ consensus, cluster, balancer, pools, bucket }: Parts): PlannedService[] {
  const raft = consensus.kind === "raft" ? [{ port: consensus.port, setting: "consensus.port" }] : [];
  return [
    ...(consensus.kind === "etcd"
      ? [
          {
            name: "etcd",
            instances: consensus.members,
            setting: "consensus.members",
            ports: fixed(clientPort, peerPort),
          },
        ]
      : []),
    {
      name: "postgres",
      instances: cluster.members,
      setting: "cluster.members",
      ports: [...fixed(postgresPort, patroniPort), ...raft],
    },
    {
      name: "haproxy",
      instances: balancer.instances,
      setting: "balancer.instances",
      ports: Object.entries(balancer.ports).map(([name, port]) => ({ port, setting: `balancer.ports.${name}` })),
    },
    ...(["write", "read"] as const).map((purpose) => ({
      name: `pgbouncer-${purpose}`,
      instances: pools[purpose].instances,
      setting: `pools.${purpose}.instances`,
      ports: fixed(poolerPorts[purpose]),
      reaches: "haproxy",
    })),
    ...(bucket.kind === "minio"
      ? [
          {
            name: "minio",
            instances: 1,
            setting: "bucket.kind",
            ports: [{ port: bucket.port, setting: "bucket.port" }],
          },
        ]
      : []),
  ];
}
