import type { CallContext } from "../../toolchain/stand-ins/framework/types.ts";
import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import { type Connection, identifier, lockFor, plainServerOf, type Session } from "./connection.ts";
import { jobRuns } from "./job-runs.ts";

/** A job of pg_cron, which runs on whichever member is the primary. https://github.com/citusdata/pg_cron */
export interface CronJob {
  /** One of its kind in its database. */
  readonly name: string;
  /** Five fields of cron, or `N seconds`; UTC. */
  readonly schedule: string;
  readonly command: string;
  /** Who it runs as; left out: the superuser of the connection. */
  readonly role?: string;
}

/** Makes the job, or makes it what is asked for. */
export function scheduleJob(connection: Connection, job: CronJob, context: CallContext): Promise<void> {
  return scheduled(connection, job, context, async () => false);
}

/** Makes the job where it is not there as it should be, after those who are about to remove it. */
export function ensureScheduled(connection: Connection, job: CronJob, context: CallContext): Promise<void> {
  return scheduled(connection, job, context, async (session) => {
    const found = await jobIn(session, connection, job.name);
    return found?.schedule === job.schedule && found.command === job.command;
  });
}

async function scheduled(
  connection: Connection,
  job: CronJob,
  context: CallContext,
  isThere: (session: Session) => Promise<boolean>,
): Promise<void> {
  const home = await homeOf(connection, context);
  await home.transaction({
    purpose: `schedule "${job.name}"`,
    run: async (session) => {
      const [name, role] = [fullName(connection, job.name), job.role ?? connection.user];
      await lockFor(session, "cron");
      if (await isThere(session)) return;
      await session.query("CREATE EXTENSION IF NOT EXISTS pg_cron");
      await session.query(jobRuns);
      await session.query(`GRANT USAGE ON SCHEMA postgres_ha TO ${identifier(connection.owner)}`);
      await session.query(`GRANT SELECT ON postgres_ha.job_runs TO ${identifier(connection.owner)}`);
      await session.query("SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname = $1 AND username <> $2", [
        name,
        role,
      ]);
      await session.query("SELECT cron.schedule_in_database($1, $2, $3, $4, $5)", [
        name,
        job.schedule,
        job.command,
        connection.database,
        role,
      ]);
    },
  });
}

/**
 * Removes the job; one that is gone already counts as removed. `isUnused` is asked in the job's database, while nobody schedules a job: who began to need
 * this one before keeps it, and who does after makes it again.
 */
export async function unscheduleJob(
  connection: Connection,
  name: string,
  context: CallContext,
  isUnused: (session: Session) => Promise<boolean> = async () => true,
): Promise<void> {
  const home = await homeOf(connection, context);
  const purpose = `see who needs the job "${name}"`;
  const unused = async (session: Session) => {
    const [here] = await session.query<{ database: string }>("SELECT current_database() AS database");
    // The way to a database is one connection, and this one is in use.
    if (here?.database === connection.database) return isUnused(session);
    return plainServerOf(connection, context).session({ purpose, run: isUnused });
  };
  await home.transaction({
    purpose: `remove the job "${name}"`,
    run: async (session) => {
      await lockFor(session, "cron");
      if (!(await hasJobs(session)) || !(await unused(session))) return;
      await session.query("SELECT cron.unschedule(jobid) FROM cron.job WHERE jobname = $1", [
        fullName(connection, name),
      ]);
      await forgetOwner(session, connection);
    },
  });
}

/** The job as the server has it; `undefined` where there is none. */
export async function findJob(
  connection: Connection,
  name: string,
  context: CallContext,
): Promise<Required<Omit<CronJob, "name">> | undefined> {
  const home = await homeOf(connection, context);
  return home.session({
    purpose: `read the job "${name}"`,
    run: (session) => jobIn(session, connection, name),
  });
}

async function jobIn(session: Session, connection: Connection, name: string) {
  if (!(await hasJobs(session))) return undefined;
  const [found] = await session.query<{ schedule: string; command: string; role: string }>(
    "SELECT schedule, command, username AS role FROM cron.job WHERE jobname = $1 AND database = $2 AND active",
    [fullName(connection, name), connection.database],
  );
  return found;
}

/** Whether a job was ever scheduled on this server. */
async function hasJobs(session: Session): Promise<boolean> {
  const [cron] = await session.query<{ there: boolean }>("SELECT to_regclass('cron.job') IS NOT NULL AS there");
  return cron?.there === true;
}

/** A role with grants cannot be dropped. */
async function forgetOwner(session: Session, { owner }: Connection): Promise<void> {
  const [left] = await session.query<{ jobs: boolean; granted: boolean }>(
    `SELECT to_regclass('postgres_ha.job_runs') IS NOT NULL AND owner IS NOT NULL AS granted,
       EXISTS (SELECT FROM cron.job j JOIN pg_database d ON d.datname = j.database WHERE d.datdba = owner) AS jobs
     FROM to_regrole(quote_ident($1)) AS owner`,
    [owner],
  );
  if (left?.jobs || !left?.granted) return;
  await session.query(`REVOKE SELECT ON postgres_ha.job_runs FROM ${identifier(owner)}`);
  await session.query(`REVOKE USAGE ON SCHEMA postgres_ha FROM ${identifier(owner)}`);
}

/** As `cron.job` and `cron.job_run_details` show it: all databases share them. */
function fullName({ database }: Connection, name: string): string {
  return `${database}: ${name}`;
}

/** pg_cron lives in one database of the server, for all of them. */
async function homeOf(connection: Connection, context: CallContext) {
  const [setting] = await plainServerOf(connection, context).session({
    purpose: "find pg_cron",
    run: (session) =>
      session.query<{ database: string | null }>("SELECT current_setting('cron.database_name', true) AS database"),
  });
  if (!setting?.database) {
    throw new UserError(
      "the servers have not loaded pg_cron, which schedules have to be kept by; add pg_cron to shared_preload_libraries",
    );
  }
  return plainServerOf({ ...connection, database: setting.database }, context);
}
