import { CustomResource, type CustomResourceOptions } from "@pulumi/pulumi";
import type { z } from "zod";
import { parseArguments } from "../arguments.ts";
import { type DatabaseConnection, inDatabase } from "../databases/connection.ts";
import { scheduledJobArgs } from "./args.ts";

export type ScheduledJobArgs = z.input<typeof scheduledJobArgs> & {
  readonly database: DatabaseConnection;
};

/**
 * SQL that pg_cron runs on a schedule, on whichever member is the primary, as the database's owner. Each run, its end and its message are in
 * `postgres_ha.job_runs` of the database that pg_cron lives in (`cron.database_name`), for the owner and for monitoring; 30 days are kept.
 *
 * Removing the resource ends the schedule; a run that has begun goes on.
 *
 * @throws {InvalidArguments} naming every problem at once.
 */
export class ScheduledJob extends CustomResource {
  constructor(name: string, { database: connection, ...args }: ScheduledJobArgs, options?: CustomResourceOptions) {
    const settings = parseArguments(`ScheduledJob "${name}"`, scheduledJobArgs, args);
    const { database, opts } = inDatabase(connection, options);
    super("postgres-ha:index:ScheduledJob", name, { database, ...settings, name: settings.name ?? name }, opts);
  }
}
