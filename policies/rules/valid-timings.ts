import { patroniSettingsOf } from "../graph/patroni.ts";
import { number, type Properties } from "../graph/values.ts";
import type { ResourceRule } from "../rule.ts";

/** Patroni's own floors: https://patroni.readthedocs.io/en/latest/dynamic_configuration.html */
const floors = { ttl: 20, loop_wait: 1, retry_timeout: 3 } as const;
/** Patroni's own defaults. */
const defaults = { ttl: 30, loop_wait: 10, retry_timeout: 10 } as const;

/** What Patroni would adjust without a word. */
export function timingProblems(dynamic: Properties): string[] {
  const below = Object.entries(floors).flatMap(([name, floor]) => {
    const value = number(dynamic[name]);
    return value !== undefined && value < floor ? [`${name} is ${value} s; at least ${floor} is allowed`] : [];
  });
  const [ttl, loopWait, retryTimeout] = (["ttl", "loop_wait", "retry_timeout"] as const).map((name) =>
    dynamic[name] === undefined ? defaults[name] : number(dynamic[name]),
  );
  if (ttl === undefined || loopWait === undefined || retryTimeout === undefined) return below;
  const sum = loopWait + 2 * retryTimeout;
  const broken = sum > ttl ? [`loop_wait + 2 * retry_timeout is ${sum} s; at most ttl, ${ttl} s, is allowed`] : [];
  return [...below, ...broken];
}

export const validTimings: ResourceRule = {
  name: "valid-timings",
  description: "Patroni's timings keep its floors.",
  enforcement: "advisory",
  problems: (resource) =>
    patroniSettingsOf(resource).flatMap(({ where, dynamic }) =>
      timingProblems(dynamic).map(
        (problem) => `${problem} (${where}). Patroni would run with others than these; raise ttl or lower the others.`,
      ),
    ),
};
