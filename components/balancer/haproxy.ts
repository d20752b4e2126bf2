import type { Instance } from "../../platforms/service.ts";
import type { Member } from "../cluster/cluster.ts";
import type { BalancerSettings } from "./args.ts";
import { stateFile } from "./server-states.ts";

export interface Backends {
  readonly members: readonly Member[];
  readonly writePoolers: readonly Instance[];
  readonly readPoolers: readonly Instance[];
  /** The ports on which the poolers listen. */
  readonly poolerPorts: Readonly<Record<"write" | "read", number>>;
}

export const adminSocket = "/run/haproxy/admin.sock";

/**
 * `haproxy.cfg`. Pools are balanced as plain TCP; roles are decided behind them, by Patroni's REST API.
 * https://docs.haproxy.org/3.0/configuration.html
 */
export function haproxyConfig(settings: BalancerSettings, backends: Backends): string {
  const { ports } = settings;
  return [
    globalSection(settings),
    frontend("write", ports.write, "write_pool"),
    frontend("read", ports.read, "read_pool"),
    frontend("primary", ports.primary, "primary"),
    frontend("replica", ports.replica, "replicas"),
    poolBackend("write_pool", backends.writePoolers, backends.poolerPorts.write),
    poolBackend("read_pool", backends.readPoolers, backends.poolerPorts.read),
    primaryBackend(backends.members),
    replicaBackend(backends.members, settings.maximumLag, ports.primary),
  ].join("\n");
}

function milliseconds(seconds: number): string {
  return `${Math.round(seconds * 1000)}ms`;
}

function globalSection(settings: BalancerSettings): string {
  const { checks } = settings;
  return `global
  log stdout format raw local0 notice
  maxconn ${settings.maxConnections}
  stats socket ${adminSocket} mode 600 level admin expose-fd listeners
  server-state-file ${stateFile}
  # In the image: ends the sessions of a demoted server.
  lua-load /usr/local/share/haproxy/shut-sessions.lua
  # After a reload the old worker keeps its sessions, as long as the longest one may think.
  hard-stop-after 24h

# Names are looked up again and again: a restarted instance may have another address.
resolvers platform
  parse-resolv-conf
  resolve_retries 3
  timeout resolve 500ms
  timeout retry 500ms
  hold valid 1s
  hold nx 5s
  hold obsolete 5s

defaults
  mode tcp
  log global
  load-server-state-from-file global
  option dontlognull
  option clitcpka
  option srvtcpka
  option redispatch
  retries 2
  # shut-sessions.lua waits for a little longer.
  timeout connect 1s
  timeout check 2s
  # A session of PostgreSQL may think for hours; dead peers are found by keepalives.
  timeout client 24h
  timeout server 24h
  timeout queue 5s
  default-server inter ${milliseconds(checks.interval)} fastinter ${milliseconds(checks.fastInterval)} downinter ${milliseconds(checks.downInterval)} rise 1 fall ${checks.fall} init-addr last,libc,none resolvers platform resolve-prefer ipv4
`;
}

function frontend(name: string, port: number, backend: string): string {
  return `frontend ${name}
  bind :${port}
  default_backend ${backend}
`;
}

function poolBackend(name: string, poolers: readonly Instance[], port: number): string {
  const servers = poolers.map(({ name, host }) => `  server ${name} ${host}:${port} check`);
  return `backend ${name}
  balance leastconn
  # An SSLRequest, answered by S or N: the pooler speaks. No login, which would wait for a primary.
  option tcp-check
  tcp-check connect
  tcp-check send-binary 0000000804d2162f
  tcp-check expect rbinary ^(4E|53)
${servers.join("\n")}
`;
}

function primaryBackend(members: readonly Member[]): string {
  const servers = members.map((member) => `  ${memberServer(member)} check port ${member.patroniPort}`);
  return `backend primary
  # OPTIONS: Patroni logs a traceback for a GET whose body nobody reads.
  option httpchk OPTIONS /primary
  http-check expect status 200
${servers.join("\n")}
`;
}

function replicaBackend(members: readonly Member[], maximumLag: string, primaryPort: number): string {
  const replicas = members.map((member) => `  ${memberServer(member)} check port ${member.patroniPort}`);
  return `backend replicas
  balance leastconn
  option httpchk OPTIONS /replica?lag=${maximumLag}&replication_state=streaming
  http-check expect status 200
  # A pool keeps its connections for hours: those to the primary end once a replica is fit again.
  default-server on-marked-up shutdown-backup-sessions
${replicas.join("\n")}
  # By this balancer's own way to it, which knows who it is: one backend can ask only one question.
  server last-resort 127.0.0.1:${primaryPort} backup
`;
}

function memberServer({ name, host, postgresPort }: Member): string {
  return `server ${name} ${host}:${postgresPort}`;
}
