import type { PoolSettings } from "./args.ts";
import { lookupConnections, type PoolUser } from "./rules.ts";

export type PoolPurpose = "write" | "read";

/** The port on which a pool's PgBouncers listen: a number that no other service has, so that all of them can share one machine's address. */
export const poolerPorts: Readonly<Record<PoolPurpose, number>> = { write: 6442, read: 6443 };

export interface PoolTarget {
  readonly host: string;
  readonly port: number;
}

export interface PoolUsers {
  /** Looks up the passwords of the others. */
  readonly lookup: string;
  /** May use the admin console, beside the lookup user. */
  readonly admin: string;
  /** Those whose server connections are limited; their other clients wait. */
  readonly limited?: readonly PoolUser[];
}

/** `pgbouncer.ini`. https://www.pgbouncer.org/config.html */
export function pgbouncerConfig(settings: PoolSettings, port: number, target: PoolTarget, users: PoolUsers): string {
  return `[databases]
* = host=${target.host} port=${target.port}

[users]
; Looks passwords up; a storm of logins must not take the servers' connections.
${users.lookup} = max_user_connections=${lookupConnections}
${limits(users.limited ?? [])}
[pgbouncer]
listen_addr = *
listen_port = ${port}
unix_socket_dir = /run/pgbouncer

auth_type = scram-sha-256
auth_file = /etc/pgbouncer/userlist.txt
auth_user = ${users.lookup}
auth_dbname = postgres
auth_query = SELECT uname, phash FROM ${users.lookup}.user_lookup($1)
admin_users = ${users.admin}, ${users.lookup}

pool_mode = ${settings.mode}
max_client_conn = ${settings.maxClientConnections}
default_pool_size = ${settings.defaultPoolSize}
min_pool_size = ${settings.minPoolSize}
server_lifetime = ${settings.serverLifetime}
max_prepared_statements = 200

; Each of these adds to the time that a failover is felt; the defaults are 15 s.
server_login_retry = ${settings.serverLoginRetry}
dns_max_ttl = 1
dns_nxdomain_ttl = 1
server_connect_timeout = ${settings.serverConnectTimeout}

; Drivers send these at connect; the pool must not refuse them.
ignore_startup_parameters = extra_float_digits, search_path

tcp_keepalive = 1
tcp_keepidle = 30
tcp_keepintvl = 10
tcp_keepcnt = 3

log_connections = 0
log_disconnections = 0
`;
}

function limits(users: readonly PoolUser[]): string {
  return users
    .flatMap(({ role, most }) => (most === undefined ? [] : [`${role} = max_user_connections=${most}\n`]))
    .join("");
}

/** `userlist.txt`: only the lookup user; everybody else is looked up in the database. */
export function userList(user: string, password: string): string {
  return `"${user}" "${password}"\n`;
}
