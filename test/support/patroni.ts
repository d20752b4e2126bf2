import { mustExecute } from "./docker.ts";
import type { TestStack } from "./stack.ts";

export interface ClusterMember {
  readonly name: string;
  readonly role: "leader" | "replica" | "sync_standby" | "quorum_standby";
  readonly state: string;
  readonly timeline: number;
  readonly lag?: number;
}

/** What Patroni says of the cluster. https://patroni.readthedocs.io/en/latest/rest_api.html#cluster-status-endpoints */
export async function clusterOf(stack: TestStack, askedOf: string): Promise<readonly ClusterMember[]> {
  const request = 'exec 3<>/dev/tcp/127.0.0.1/8008; printf "GET /cluster HTTP/1.0\\r\\n\\r\\n" >&3; cat <&3';
  const answer = await mustExecute(stack.container(askedOf), ["bash", "-c", request]);
  const { members } = JSON.parse(answer.slice(answer.indexOf("\r\n\r\n"))) as { members: ClusterMember[] };
  return members;
}

export function leaderOf(members: readonly ClusterMember[]): ClusterMember {
  const leaders = members.filter(({ role }) => role === "leader");
  const [leader] = leaders;
  if (leader === undefined || leaders.length > 1)
    throw new Error(`${leaders.length} leaders: ${JSON.stringify(members)}`);
  return leader;
}
