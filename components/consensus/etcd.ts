import type { Instance, Service } from "../../platforms/service.ts";

export const clientPort = 2379;
export const peerPort = 2380;

export interface EtcdSettings {
  readonly members: number;
  readonly memory: number;
}

/** `host:port` of every member, as Patroni's `etcd3.hosts` takes it. */
export function etcdEndpoints(instances: readonly Instance[]): string[] {
  return instances.map(({ host }) => `${host}:${clientPort}`);
}

/** The environment of one etcd member. https://etcd.io/docs/v3.5/op-guide/configuration/ */
export function etcdEnvironment(
  instance: Instance,
  members: readonly Instance[],
  cluster: string,
): Record<string, string> {
  return {
    ETCD_NAME: instance.name,
    ETCD_DATA_DIR: "/var/lib/etcd/data",
    ETCD_LISTEN_PEER_URLS: `http://0.0.0.0:${peerPort}`,
    ETCD_LISTEN_CLIENT_URLS: `http://0.0.0.0:${clientPort}`,
    ETCD_ADVERTISE_CLIENT_URLS: `http://${instance.host}:${clientPort}`,
    ETCD_INITIAL_ADVERTISE_PEER_URLS: `http://${instance.host}:${peerPort}`,
    ETCD_INITIAL_CLUSTER: members.map(({ name, host }) => `${name}=http://${host}:${peerPort}`).join(","),
    ETCD_INITIAL_CLUSTER_STATE: "new",
    ETCD_INITIAL_CLUSTER_TOKEN: cluster,
    ETCD_AUTO_COMPACTION_MODE: "periodic",
    ETCD_AUTO_COMPACTION_RETENTION: "1h",
    ETCD_LOG_LEVEL: "warn",
  };
}

export function etcdService(
  name: string,
  cluster: string,
  settings: EtcdSettings,
  members: readonly Instance[],
): Service {
  return {
    name,
    role: "etcd",
    instances: settings.members,
    environment: (instance) => etcdEnvironment(instance, members, cluster),
    files: [],
    volumes: [{ name: "data", path: "/var/lib/etcd" }],
    ports: [
      { name: "client", port: clientPort },
      { name: "peer", port: peerPort },
    ],
    user: 999,
    health: { command: ["/usr/local/bin/healthy"], interval: 10, timeout: 3, retries: 3, startPeriod: 10 },
    limits: { memory: settings.memory },
    stop: { signal: "SIGTERM", grace: 10 },
    waitForHealth: false,
  };
}
