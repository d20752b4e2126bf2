import { stringify } from "yaml";
import type { Instance } from "../../platforms/service.ts";
import type { ConsensusStore } from "../consensus/consensus.ts";
import type { ClusterSettings } from "./args.ts";
import { ownRolesScript, replicationRole, rewindRole } from "./own-roles.ts";

export const postgresPort = 5432;
export const patroniPort = 8008;

export interface Credentials {
  readonly superuser: string;
  readonly replication: string;
  readonly rewind: string;
  /** For the verbs of Patroni's REST API that change something. */
  readonly restApi: string;
}

/** Settings that a small server of a cluster needs; `parameters` of the arguments win over them. */
const parameters = {
  max_connections: 200,
  shared_buffers: "128MB",
  wal_level: "replica",
  hot_standby: "on",
  max_wal_senders: 10,
  max_replication_slots: 10,
  wal_keep_size: "128MB",
  // A replica that stays away must not fill the primary's disk.
  max_slot_wal_keep_size: "4GB",
  // Crash recovery is part of the time without a primary: keep it short.
  checkpoint_timeout: "5min",
  max_wal_size: "1GB",
  wal_log_hints: "on",
  password_encryption: "scram-sha-256",
  log_line_prefix: "%m [%p] %q%u@%d %a ",
  log_checkpoints: "on",
  log_lock_waits: "on",
  // Kills a dead client's session within a minute, so that its locks go.
  tcp_keepalives_idle: 30,
  tcp_keepalives_interval: 10,
  tcp_keepalives_count: 3,
};

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

function storeSection(store: ConsensusStore, members: readonly Instance[]): Record<string, unknown> {
  if (store.kind === "etcd") return { etcd3: { hosts: store.endpoints } };
  return {
    raft: { data_dir: "/var/lib/postgresql/raft", partner_addrs: members.map(({ host }) => `${host}:${store.port}`) },
  };
}

/**
 * `patroni.yml` without secrets and without what differs between members.
 * https://patroni.readthedocs.io/en/latest/yaml_configuration.html
 */
export function patroniConfig(
  cluster: string,
  settings: ClusterSettings,
  store: ConsensusStore,
  members: readonly Instance[],
  libraries: readonly string[],
): string {
  const { timings } = settings;
  return stringify({
    scope: cluster,
    ...storeSection(store, members),
    bootstrap: {
      dcs: {
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
          parameters: {
            ...parameters,
            ...(libraries.length > 0 ? { shared_preload_libraries: libraries.join(",") } : {}),
            ...settings.parameters,
          },
          pg_hba: accessRules(settings.superuser),
          // The system user of the image may be the superuser, whatever that is called.
          pg_ident: [`${socketMap} postgres ${settings.superuser}`],
        },
      },
      // The sort order of the builtin provider never changes with an update of the C library, so no index breaks.
      initdb: [{ encoding: "UTF8" }, { "locale-provider": "builtin" }, { locale: "C.UTF-8" }, "data-checksums"],
      post_bootstrap: ownRolesScript,
    },
    restapi: { listen: `0.0.0.0:${patroniPort}` },
    postgresql: {
      listen: `0.0.0.0:${postgresPort}`,
      data_dir: "/var/lib/postgresql/data",
      bin_dir: `/usr/lib/postgresql/${settings.version}/bin`,
      pgpass: "/tmp/pgpass",
      use_unix_socket: true,
      use_unix_socket_repl: false,
      parameters: { unix_socket_directories: "/var/run/postgresql" },
      basebackup: [{ checkpoint: "fast" }],
      callbacks: { on_start: ownRolesScript, on_role_change: ownRolesScript },
    },
    watchdog: { mode: "off" },
    tags: { failover_priority: 1 },
  });
}

/** The part of Patroni's configuration that nobody but the member may read. Patroni merges all files of its folder. */
export function patroniSecrets(superuser: string, credentials: Credentials): string {
  return stringify({
    restapi: { authentication: { username: "patroni", password: credentials.restApi } },
    postgresql: {
      authentication: {
        superuser: { username: superuser, password: credentials.superuser },
        replication: { username: replicationRole, password: credentials.replication },
        rewind: { username: rewindRole, password: credentials.rewind },
      },
    },
  });
}

/** What differs between members. */
export function patroniEnvironment(instance: Instance, store: ConsensusStore): Record<string, string> {
  return {
    PATRONI_NAME: instance.name,
    PATRONI_POSTGRESQL_CONNECT_ADDRESS: `${instance.host}:${postgresPort}`,
    PATRONI_RESTAPI_CONNECT_ADDRESS: `${instance.host}:${patroniPort}`,
    ...(store.kind === "raft" ? { PATRONI_RAFT_SELF_ADDR: `${instance.host}:${store.port}` } : {}),
  };
}
