import type { StandIn } from "../toolchain/stand-ins/framework/types.ts";
import { sessionSettings } from "./databases/session-settings.ts";
import { instanceFiles } from "./instance-files/instance-files.ts";
import { Instances } from "./instances/instances.ts";
import { scheduledJob } from "./jobs/scheduled-job.ts";
import { migrations } from "./migrations/migrations.ts";
import { partitionFunctions } from "./partitions/partition-functions.ts";
import { partitionedTable } from "./partitions/partitioned-table.ts";
import { patroniConfiguration } from "./patroni/configuration.ts";
import { clusterIdentity } from "./patroni/identity.ts";
import { withSupport } from "./sql/support/upkeep.ts";
import { materializedView } from "./views/materialized-view.ts";

/** The resources that no other provider has: what changes a running cluster without replacing it. */
export const postgresHa: StandIn<Instances> = {
  name: "postgres-ha",
  version: "0.1.0",
  config: [],
  configure: () => new Instances(),
  resources: {
    "postgres-ha:index:ClusterIdentity": clusterIdentity,
    "postgres-ha:index:InstanceFiles": instanceFiles,
    "postgres-ha:index:Migrations": withSupport(migrations),
    "postgres-ha:index:PartitionFunctions": withSupport(partitionFunctions),
    "postgres-ha:index:PartitionedTable": withSupport(partitionedTable),
    "postgres-ha:index:PatroniConfiguration": patroniConfiguration,
    "postgres-ha:index:SessionSettings": sessionSettings,
    "postgres-ha:index:ScheduledJob": scheduledJob,
    "postgres-ha:index:MaterializedView": withSupport(materializedView),
  },
};
