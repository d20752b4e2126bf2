import type { CallContext } from "../../toolchain/stand-ins/framework/types.ts";
import { type Connection, literal, type Session, serverOf } from "../sql/connection.ts";
import { findJob, scheduleJob, unscheduleJob } from "../sql/cron.ts";

/** One job of pg_cron for all tables of a database that share a schedule: it goes through them one after the other. */
export function jobName(schedule: string): string {
  return `partitions at ${schedule}`;
}

export function jobCommand(schedule: string): string {
  return `CALL postgres_ha.maintain_partitions(${literal(schedule)})`;
}

export async function ensureJob(connection: Connection, schedule: string, context: CallContext): Promise<void> {
  const job = { name: jobName(schedule), schedule, command: jobCommand(schedule) };
  const found = await findJob(connection, job.name, context);
  if (found?.schedule !== job.schedule || found.command !== job.command) await scheduleJob(connection, job, context);
}

/** Removes the job where no table has its schedule any more. */
export async function removeUnusedJob(connection: Connection, schedule: string, context: CallContext): Promise<void> {
  const [found] = await serverOf(connection, context).session({
    purpose: `see who is maintained at "${schedule}"`,
    run: (session: Session) =>
      session.query<{ used: boolean }>(
        "SELECT EXISTS (SELECT FROM postgres_ha.partitioned_tables WHERE schedule = $1) AS used",
        [schedule],
      ),
  });
  if (found?.used === false) await unscheduleJob(connection, jobName(schedule), context);
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
