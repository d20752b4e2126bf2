/** A member as Patroni's `GET /cluster` shows it. */
export interface MemberView {
  readonly name: string;
  /** `leader`, `replica`, `sync_standby`, `quorum_standby`, ... */
  readonly role: string;
  /** `running` for a leader, `streaming` for a replica that follows. */
  readonly state: string;
  /** Bytes; Patroni says `unknown` where it cannot tell. */
  readonly lag?: number | string;
  readonly pending_restart?: boolean;
}

export interface ClusterView {
  readonly members: readonly MemberView[];
  readonly pause?: boolean;
}

const leaders = ["leader", "master", "standby_leader"];

export const isLeader = ({ role }: MemberView) => leaders.includes(role);

/** Whether it could take over: it streams, and is at most this many bytes behind. */
export function follows({ state, lag }: MemberView, bytes = 16 * 1024 * 1024): boolean {
  return state === "streaming" && typeof lag === "number" && lag <= bytes;
}

export function leaderOf(view: ClusterView): MemberView | undefined {
  return view.members.find((member) => isLeader(member) && member.state === "running");
}

/** `postgres-1 leader running, postgres-2 replica starting`: for messages. */
export function describeView({ members }: ClusterView): string {
  if (members.length === 0) return "no member";
  return members.map(({ name, role, state }) => `${name} ${role} ${state}`).join(", ");
}
