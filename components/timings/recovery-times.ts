import type { Timings } from "./timings.ts";

/** What can happen to a primary, and how a person calls it. */
export const faults = {
  crash: "PostgreSQL crashes",
  killed: "its container or pod is killed, and restarted",
  stopped: "it is stopped in good order",
  lost: "its node dies or is cut off",
} as const;

export type Fault = keyof typeof faults;
export type RecoveryTimes = Readonly<Record<Fault, number>>;

// Seconds, the worst that was measured (the project's field notes, "Figures to beat"), rounded up.
/** The replicas agree on one, and it is promoted. */
const promotion = 2;
/** A platform starts a container or a pod again, and Patroni in it. */
const restart = 2;
/** A checkpoint, then the shutdown; Patroni makes a checkpoint before, so the one in it is short. */
const shutdown = 2;
/** The store lets a lease go somewhat later than its time. */
const leaseExpiry = 1;
/** Patroni asks every member before an election; a dead one lets it wait. */
const unanswered = 2;

/** Until the balancer has found the new primary, and the pools try it. */
export function rerouting({ checkDownInterval, serverLoginRetry }: Timings): number {
  return checkDownInterval + serverLoginRetry;
}

/** What the loss of a node costs beside the lease and the loop. */
export function lossOverhead(timings: Timings): number {
  return leaseExpiry + unanswered + promotion + rerouting(timings);
}

/**
 * Whole seconds without a primary that takes writes, in the worst case, for each kind of fault. What a replica has still to replay, and what an
 * archive or an overloaded disk adds, is not in them.
 */
export function recoveryTimes(timings: Timings): RecoveryTimes {
  const { ttl, loopWait, primaryStartTimeout } = timings;
  const takeover = promotion + rerouting(timings);
  return {
    // Patroni notices a crash at its next look.
    crash: Math.ceil(loopWait + primaryStartTimeout + takeover),
    // The restarted Patroni finds its own lease, and hands it over.
    killed: Math.ceil(restart + primaryStartTimeout + takeover),
    stopped: Math.ceil(shutdown + takeover),
    // A replica that missed the end of the lease sees it at its next look.
    lost: Math.ceil(ttl + loopWait + lossOverhead(timings)),
  };
}

/** What a goal of so many seconds would have to hold: the worst of all faults. */
export function worstOf(times: RecoveryTimes): number {
  return Math.max(...Object.values(times));
}
