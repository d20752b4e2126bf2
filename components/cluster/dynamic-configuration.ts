import type { ClusterSettings } from "./args.ts";
import { replicationRole } from "./own-roles.ts";
import { serverParameters } from "./server-parameters.ts";

const socketMap = "socket";

/** Access rules: peers on the socket, SCRAM from the network, nobody trusted. */
function accessRules(superuser: string): string[] {
  return [
    `local all ${superuser} peer map=${socketMap}`,
    "local all all peer",
    `host replication ${replicationRole} all scram-sha-256`,
    "host all all all scram-sha-256",
  ];
}

/**
 * Patroni's dynamic configuration: what all members share, kept in the consensus store. Patroni reads it from its file once, at bootstrap.
 * https://patroni.readthedocs.io/en/latest/dynamic_configuration.html
 */
export function dynamicConfiguration(settings: ClusterSettings, libraries: readonly string[]): DynamicConfiguration {
  const { timings } = settings;
  return {
    ttl: timings.ttl,
    loop_wait: timings.loopWait,
    retry_timeout: timings.retryTimeout,
    primary_start_timeout: timings.primaryStartTimeout,
    maximum_lag_on_failover: 1048576,
    failsafe_mode: true,
    synchronous_mode: settings.synchronousMode === "quorum" ? "quorum" : settings.synchronousMode === "on",
    synchronous_node_count: settings.synchronousNodeCount,
    postgresql: {
      use_pg_rewind: true,
      use_slots: true,
      parameters: serverParameters(settings, libraries),
      pg_hba: accessRules(settings.superuser),
      // The system user of the image may be the superuser, whatever that is called.
      pg_ident: [`${socketMap} postgres ${settings.superuser}`],
    },
  };
}

export interface DynamicConfiguration {
  readonly ttl: number;
  readonly loop_wait: number;
  readonly retry_timeout: number;
  readonly primary_start_timeout: number;
  readonly maximum_lag_on_failover: number;
  readonly failsafe_mode: boolean;
  readonly synchronous_mode: boolean | "quorum";
  readonly synchronous_node_count: number;
  readonly postgresql: {
    readonly use_pg_rewind: boolean;
    readonly use_slots: boolean;
    readonly parameters: Readonly<Record<string, string | number | boolean>>;
    readonly pg_hba: readonly string[];
    readonly pg_ident: readonly string[];
  };
}
