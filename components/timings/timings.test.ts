import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { defaultTimings, floors, recoveryTimes, shortestRecovery, type Timings, timingsFor, worstOf } from "./index.ts";

/** Timings as a person may fix some of them: each is allowed by its own bounds. */
const fixed = fc.record(
  {
    ttl: fc.integer({ min: 20, max: 120 }),
    loopWait: fc.integer({ min: 1, max: 60 }),
    retryTimeout: fc.integer({ min: 3, max: 60 }),
    primaryStartTimeout: fc.integer({ min: 0, max: 300 }),
  },
  { requiredKeys: [] },
);
const goals = fc.integer({ min: 1, max: 3600 });

describe("recovery times", () => {
  it("without a goal are those that were measured, or somewhat more", () => {
    // Field notes: with loop_wait 2 a crash took at most 1.7 s, with ttl 20 a frozen primary 21.3 s, a killed container 1.2 s, a stop 1.8 s.
    expect(recoveryTimes(defaultTimings)).toEqual({ crash: 5, killed: 5, stopped: 5, lost: 28 });
  });

  it("of a crash grow with the loop, as measured: 7.3 s with a loop_wait of 5", () => {
    const { crash } = recoveryTimes({ ...defaultTimings, loopWait: 5 });
    expect(crash).toBeGreaterThanOrEqual(7.3);
    expect(crash).toBeLessThan(9);
  });

  it("cannot be shorter than Patroni's floors allow", () => {
    expect(shortestRecovery).toEqual({ crash: 4, killed: 5, stopped: 5, lost: 27 });
  });
});

describe("timings from a goal", () => {
  it.each<[number, Partial<Timings>]>([
    [27, { ttl: 20, loopWait: 1, retryTimeout: 5, primaryStartTimeout: 0, checkInterval: 0.5, serverLoginRetry: 0.2 }],
    [28, { ttl: 20, loopWait: 2, retryTimeout: 5 }],
    [30, { ttl: 22, loopWait: 2, retryTimeout: 5 }],
    [45, { ttl: 36, loopWait: 3, retryTimeout: 9 }],
    [60, { ttl: 49, loopWait: 4, retryTimeout: 10, primaryStartTimeout: 0, checkInterval: 1, serverLoginRetry: 0.5 }],
    [120, { ttl: 60, loopWait: 10, retryTimeout: 10, primaryStartTimeout: 60 }],
  ])("of %i s", (goal, timings) => {
    expect(timingsFor(goal)).toMatchObject(timings);
  });

  it("leave what is fixed, and follow it", () => {
    expect(timingsFor(40, { ttl: 25 })).toMatchObject({ ttl: 25, retryTimeout: 6 });
    expect(timingsFor(40, { retryTimeout: 10, loopWait: 4 })).toMatchObject({ loopWait: 4, retryTimeout: 10 });
  });

  it("hold every goal that can be held", () => {
    fc.assert(
      fc.property(fc.integer({ min: worstOf(shortestRecovery), max: 3600 }), (goal) => {
        expect(worstOf(recoveryTimes(timingsFor(goal)))).toBeLessThanOrEqual(goal);
      }),
    );
  });

  it("never go below what Patroni would raise, where what is fixed lets them", () => {
    fc.assert(
      fc.property(goals, fixed, (goal, given) => {
        const { ttl, loopWait, retryTimeout } = timingsFor(goal, given);
        expect(ttl).toBeGreaterThanOrEqual(floors.ttl);
        expect(loopWait).toBeGreaterThanOrEqual(floors.loopWait);
        expect(retryTimeout).toBeGreaterThanOrEqual(floors.retryTimeout);
        const room = (given.ttl ?? 60) - (given.loopWait ?? 1) - 2 * (given.retryTimeout ?? 3);
        if (room >= 0) expect(loopWait + 2 * retryTimeout).toBeLessThanOrEqual(ttl);
      }),
    );
  });
});
