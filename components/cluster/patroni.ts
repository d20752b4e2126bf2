import { stringify } from "yaml";
import type { Instance } from "../../platforms/service.ts";
import type { ConsensusStore } from "../consensus/consensus.ts";
import { kubernetesSection } from "../consensus/kubernetes.ts";
import type { ClusterSettings } from "./args.ts";
import { dynamicConfiguration } from "./dynamic-configuration.ts";
import { ownRolesScript, replicationRole, rewindRole } from "./own-roles.ts";
import { patroniPort, postgresPort } from "./ports.ts";

export interface Credentials {
  readonly superuser: string;
  readonly replication: string;
  readonly rewind: string;
  /** For the verbs of Patroni's REST API that change something. */
  readonly restApi: string;
}

function storeSection(store: ConsensusStore, members: readonly Instance[]): Record<string, unknown> {
  switch (store.kind) {
    case "etcd":
      return { etcd3: { hosts: store.endpoints } };
    case "kubernetes":
      return { kubernetes: kubernetesSection(store.namespace) };
    case "raft": {
      const partners = members.map(({ host }) => `${host}:${store.port}`);
      return { raft: { data_dir: "/var/lib/postgresql/raft", partner_addrs: partners } };
    }
  }
}

/** What Patroni reads when it makes the cluster, and never again. */
export function patroniBootstrap(settings: ClusterSettings, libraries: readonly string[]): string {
  return stringify({
    bootstrap: {
      dcs: dynamicConfiguration(settings, libraries),
      // The sort order of the builtin provider never changes with an update of the C library, so no index breaks.
      initdb: [{ encoding: "UTF8" }, { "locale-provider": "builtin" }, { locale: "C.UTF-8" }, "data-checksums"],
      post_bootstrap: ownRolesScript,
    },
  });
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
): string {
  return stringify({
    scope: cluster,
    ...storeSection(store, members),
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
