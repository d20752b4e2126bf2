import { CustomResource, type CustomResourceOptions } from "@pulumi/pulumi";
import type { z } from "zod";
import { parseArguments } from "../arguments.ts";
import { type DatabaseConnection, inDatabase } from "../databases/connection.ts";
import { materializedViewArgs, uniqueIndexOnce } from "./args.ts";
import { viewInputs } from "./inputs.ts";

export type MaterializedViewArgs = z.input<typeof materializedViewArgs> & {
  readonly database: DatabaseConnection;
};

/**
 * The rows of a query, kept, and refreshed by pg_cron on whichever member is the primary, while they are read: REFRESH MATERIALIZED VIEW CONCURRENTLY.
 * Its runs are in `postgres_ha.job_runs`. https://www.postgresql.org/docs/current/sql-refreshmaterializedview.html
 *
 * Another query makes another view: it is built beside the one that is there, gets its grants, and takes its place, all in one transaction. Where other
 * views or functions depend on it, that is refused with their names.
 *
 * Removing the resource ends the refresh and leaves the view with its rows, which may be the last copy of what retention has removed.
 *
 * @throws {InvalidArguments} naming every problem at once.
 */
export class MaterializedView extends CustomResource {
  constructor(name: string, { database: connection, ...args }: MaterializedViewArgs, options?: CustomResourceOptions) {
    const settings = parseArguments(`MaterializedView "${name}"`, materializedViewArgs, args, [uniqueIndexOnce]);
    const { database, opts } = inDatabase(connection, options);
    super("postgres-ha:index:MaterializedView", name, { database, ...viewInputs(settings) }, opts);
  }
}
