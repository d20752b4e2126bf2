import type { Member } from "../cluster/cluster.ts";

/** Where HAProxy reads what it is to think of its servers before it has asked them. */
export const stateFile = "/run/haproxy/servers";

/** What a start begins with; the image puts it in place of what an earlier life of the container has left. */
export const statesAtStart = "/etc/haproxy/servers";

const columns =
  "be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_uweight srv_iweight srv_time_since_last_change srv_check_status " +
  "srv_check_result srv_check_health srv_check_state srv_agent_state bk_f_forced_id srv_f_forced_id srv_fqdn srv_port srvrecord srv_use_ssl " +
  "srv_check_port srv_check_addr srv_agent_addr srv_agent_port";

/**
 * No member is the primary, and none a fit replica, until Patroni has said so. Without this HAProxy takes every server for fit until its first check, and
 * leads writers to standbys for as long. https://docs.haproxy.org/3.0/management.html#9.3-show%20servers%20state
 */
export function serverStates(members: readonly Member[]): string {
  const rows = ["primary", "replicas"].flatMap((backend) =>
    members.map(({ name, host, postgresPort, patroniPort }, index) =>
      [
        ...[0, backend, index + 1, name, "-"],
        ...[stopped, 0, 1, 1, 0],
        ...[unchecked, 0, 0, enabled, 0, 0, 0],
        ...[host, postgresPort, "-", 0, patroniPort, "-", "-", 0],
      ].join(" "),
    ),
  );
  return `1\n# ${columns}\n${rows.join("\n")}\n`;
}

const stopped = 0;
const unchecked = 1;
const enabled = 6;
