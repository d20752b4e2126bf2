import type { Problem } from "../arguments.ts";
import { timingPlaces, timingsIn } from "../presets/index.ts";
import {
  defaultTimings,
  type Fault,
  faults,
  recoveryTimes,
  shortestRecovery,
  type Timings,
  timingsFor,
  worstOf,
} from "../timings/index.ts";
import type { HaPostgresSettings } from "./args.ts";

const path = "recoveryTimeGoal";

/** A goal that the timings in force cannot hold. */
export function goalRule(settings: HaPostgresSettings): Problem[] {
  const { recoveryTimeGoal: goal, cluster } = settings;
  if (goal === undefined) return [];
  const least = worstOf(shortestRecovery);
  if (goal < least) {
    const each = (Object.keys(faults) as Fault[]).map((fault) => `${shortestRecovery[fault]} s when ${faults[fault]}`);
    return [
      { path, message: `${goal} s is less than Patroni's floors allow: ${each.join(", ")}; use ${least} or more` },
    ];
  }
  if (cluster.members === 1) {
    return [{ path, message: `${goal} s, but there is nobody to take over from the only member; use more members` }];
  }
  const timings = { ...defaultTimings, ...timingsIn(settings) };
  const times = recoveryTimes(timings);
  const missed = (Object.keys(faults) as Fault[]).filter((fault) => times[fault] > goal);
  if (missed.length === 0) return [];
  const each = missed.map((fault) => `${times[fault]} s when ${faults[fault]}`).join(", ");
  const causes = causesOf(timings, timingsFor(goal)).map(({ name, value, derived }) => {
    return `${timingPlaces(settings, name, value).join(" and ")} ${value} (${derived} would do)`;
  });
  const message = `${goal} s cannot be held with ${causes.join(", ")}: ${each}; lower what is too long, or raise the goal to ${worstOf(times)}`;
  return [{ path, message }];
}

/** What is longer than the goal's own timings, and is felt in a fault. */
function causesOf(timings: Timings, derived: Timings) {
  return (Object.keys(timings) as (keyof Timings)[])
    .filter((name) => timings[name] > derived[name] && isFelt(name))
    .map((name) => ({ name, value: timings[name], derived: derived[name] }));
}

function isFelt(name: keyof Timings): boolean {
  const longer = { ...defaultTimings, [name]: defaultTimings[name] + 100 };
  return worstOf(recoveryTimes(longer)) > worstOf(recoveryTimes(defaultTimings));
}
