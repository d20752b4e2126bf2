import { type ClusterView, describeView, follows, isLeader, type MemberView } from "./view.ts";

export type NextStep =
  | { readonly kind: "done" }
  | { readonly kind: "wait"; readonly why: string }
  | { readonly kind: "restart"; readonly member: string };

/**
 * Which member to restart next, from what the cluster looks like now: replicas first, one at a time, each back in replication
 * before the next; the leader last. A replica that stays pending after its restart waits for the leader's (a lowered
 * `max_connections` holds on a replica only once the leader has it), and comes again after that.
 */
export function nextRestart(view: ClusterView, restarted: readonly string[]): NextStep {
  const leader = view.members.find(isLeader);
  if (leader === undefined || leader.state !== "running") return wait(view, "there is no leader");
  const replicas = view.members.filter((member) => !isLeader(member));
  const away = replicas.filter((member) => !follows(member));
  const pending = view.members.filter((member) => member.pending_restart === true);
  if (pending.length === 0) return { kind: "done" };
  if (away.length > 0) return wait(view, `${away.map(({ name }) => name).join(", ")} does not follow`);
  const leaderDone = restarted.includes(leader.name);
  const replica = pending.find((member) => !isLeader(member) && mayRestart(member, restarted, leaderDone));
  const next = replica ?? pending.find((member) => isLeader(member) && mayRestart(member, restarted, leaderDone));
  if (next !== undefined) return { kind: "restart", member: next.name };
  return leaderDone ? wait(view, `${pending.map(({ name }) => name).join(", ")} stays pending`) : { kind: "done" };
}

/** Once before the leader, and once more after it. */
function mayRestart({ name }: MemberView, restarted: readonly string[], leaderDone: boolean): boolean {
  const times = restarted.filter((done) => done === name).length;
  return times < (leaderDone ? 2 : 1);
}

function wait(view: ClusterView, why: string): NextStep {
  return { kind: "wait", why: `${why} (${describeView(view)})` };
}
