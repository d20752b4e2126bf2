import { lossOverhead, type RecoveryTimes, recoveryTimes } from "./recovery-times.ts";
import { defaultTimings, floors, type Timings } from "./timings.ts";

/** From here on a goal leaves room for fewer checks. */
const relaxed = 60;
/** A longer lease survives no hiccup that this one does not. */
const longestTtl = 60;
/** Patroni's own defaults: more patience gains nothing. */
const longestLoop = 10;
const longestRetry = 10;
/** Patroni's own default. */
const longestStart = 300;

const clamp = (value: number, lowest: number, highest: number) => Math.max(lowest, Math.min(value, highest));

/**
 * Timings that hold a goal, the whole seconds after which any fault is over; what `fixed` says stays. They are as patient as the goal allows,
 * so that a hiccup of the network is no fault. A goal that cannot be held gives the fastest that there are: ask `recoveryTimes`.
 */
export function timingsFor(goal: number, fixed: Partial<Timings> = {}): Timings {
  const patient = goal >= relaxed;
  const routing = {
    checkInterval: patient ? 1 : defaultTimings.checkInterval,
    checkFastInterval: patient ? 0.5 : defaultTimings.checkFastInterval,
    checkDownInterval: patient ? 1 : defaultTimings.checkDownInterval,
    serverLoginRetry: patient ? 0.5 : defaultTimings.serverLoginRetry,
    serverConnectTimeout: patient ? 10 : defaultTimings.serverConnectTimeout,
    // Who has minutes would rather have the crashed primary back, with its caches, than another one.
    primaryStartTimeout: patient ? Math.min(Math.floor(goal - relaxed), longestStart) : 0,
    ...fixed,
  };
  const leaseAndLoop = Math.floor(goal - lossOverhead({ ...defaultTimings, ...routing }));
  const leastRetry = fixed.retryTimeout ?? floors.retryTimeout;
  const ttlOf = (loop: number) =>
    fixed.ttl ?? clamp(leaseAndLoop - loop, Math.max(floors.ttl, loop + 2 * leastRetry), longestTtl);
  const loopWait =
    fixed.loopWait ??
    clamp(
      Math.min(
        Math.floor(leaseAndLoop / 11),
        leaseAndLoop - (fixed.ttl ?? floors.ttl),
        (fixed.ttl ?? longestTtl) - 2 * leastRetry,
      ),
      floors.loopWait,
      longestLoop,
    );
  const ttl = ttlOf(loopWait);
  const retryTimeout =
    fixed.retryTimeout ??
    clamp(Math.min(Math.floor(ttl / 4), Math.floor((ttl - loopWait) / 2)), floors.retryTimeout, longestRetry);
  return { ...routing, ttl, loopWait, retryTimeout };
}

/** The shortest times that Patroni's floors allow, for each kind of fault. */
export const shortestRecovery: RecoveryTimes = recoveryTimes({ ...defaultTimings, ...floors });
