import type { CallContext } from "../../toolchain/stand-ins/framework/types.ts";
import { type Connection, literal } from "../sql/connection.ts";
import { ensureScheduled, unscheduleJob } from "../sql/cron.ts";

/** One job of pg_cron for all tables of a database that share a schedule: it goes through them one after the other. */
export function jobName(schedule: string): string {
  return `partitions at ${schedule}`;
}

export function jobCommand(schedule: string): string {
  return `CALL postgres_ha.maintain_partitions(${literal(schedule)})`;
}

export function ensureJob(connection: Connection, schedule: string, context: CallContext): Promise<void> {
  return ensureScheduled(connection, { name: jobName(schedule), schedule, command: jobCommand(schedule) }, context);
}

/** Removes the job where no table has its schedule any more. */
export function removeUnusedJob(connection: Connection, schedule: string, context: CallContext): Promise<void> {
  return unscheduleJob(connection, jobName(schedule), context, async (session) => {
    const [found] = await session.query<{ unused: boolean }>(
      "SELECT NOT EXISTS (SELECT FROM postgres_ha.partitioned_tables WHERE schedule = $1) AS unused",
      [schedule],
    );
    return found?.unused === true;
  });
}

/**
 * The days that the clock may be ahead of the last run, on a host that was started since, before retention waits for a person: a week more than lies between
 * two runs at most. On a host that stayed up nothing needs to be assumed: its uptime tells how much time has passed.
 */
export function clockTolerance(schedule: string): number {
  return 7 + longestGap(schedule);
}

/** In days, rounded up: the longest between two runs. */
function longestGap(schedule: string): number {
  const [, , day, month, weekday] = schedule.trim().split(/\s+/);
  if (month === undefined || weekday === undefined) return 1; // "30 seconds"
  if (month !== "*") return 366;
  if (day !== "*" && weekday === "*") return 31;
  return weekday === "*" ? 1 : 7;
}
