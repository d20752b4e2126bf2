import type { Role } from "../service.ts";

/** The folders that an image's program writes to, beside its volumes: its root file system is read-only. See images/ROLE/Dockerfile. */
export const scratchFolders: Readonly<Record<Role, readonly string[]>> = {
  // Patroni's pgpass, and the socket.
  postgres: ["/tmp", "/run/postgresql"],
  etcd: ["/tmp"],
  // The admin and master sockets.
  haproxy: ["/tmp", "/run/haproxy"],
  pgbouncer: ["/tmp", "/run/pgbouncer"],
  minio: ["/tmp"],
};
