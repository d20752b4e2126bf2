import type { HaPostgresArgs } from "../ha-postgres/args.ts";

/**
 * What a system of each size has: a plain part of the arguments. What the arguments themselves say wins over it. The pools' modes, sizes and
 * clients are the same everywhere; who needs more says so.
 */
export const sizes = {
  /** Three members on one machine, as light as can be. */
  laptop: {
    consensus: { kind: "etcd", members: 3, memory: "256MiB" },
    cluster: { members: 3, memory: "1536MiB", volumeSize: "10GiB" },
    balancer: { instances: 2, memory: "256MiB" },
    pools: { write: { instances: 2, memory: "96MiB" }, read: { instances: 2, memory: "96MiB" } },
    bucket: { kind: "minio", memory: "512MiB" },
  },
  /** For machines of 2 processors and 4 GiB or a little more. */
  small: {
    consensus: { kind: "etcd", members: 3, memory: "512MiB" },
    cluster: { members: 3, memory: "4GiB", cores: 2, volumeSize: "50GiB" },
    balancer: { instances: 2, memory: "256MiB" },
    pools: { write: { instances: 2, memory: "128MiB" }, read: { instances: 2, memory: "128MiB" } },
    bucket: { kind: "minio", memory: "1GiB" },
  },
  /** For machines of 4 processors and 16 GiB or a little more. */
  production: {
    consensus: { kind: "etcd", members: 3, memory: "1GiB" },
    cluster: { members: 3, memory: "16GiB", cores: 4, volumeSize: "200GiB" },
    balancer: { instances: 2, memory: "512MiB" },
    pools: { write: { instances: 2, memory: "256MiB" }, read: { instances: 2, memory: "256MiB" } },
    bucket: { kind: "minio", memory: "2GiB" },
  },
} as const satisfies Record<string, HaPostgresArgs>;
