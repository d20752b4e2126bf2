import { CustomResource, type CustomResourceOptions } from "@pulumi/pulumi";
import type { z } from "zod";
import { parseArguments } from "../arguments.ts";
import { type DatabaseConnection, inDatabase } from "../databases/connection.ts";
import { partitionedTableArgs, partitionedTableRules } from "./args.ts";
import { tableInputs } from "./inputs.ts";

export type PartitionedTableArgs = z.input<typeof partitionedTableArgs> & {
  readonly database: DatabaseConnection;
};

/**
 * A table in partitions, with the maintenance that makes the next ones and removes the old: by pg_partman and pg_cron, which schedule it on whichever
 * member is the primary. Bounds are in UTC, whatever the server says.
 *
 * With `columns` the table is made; without, it exists and is adopted with all its rows. Removing the resource ends the maintenance and keeps table and rows.
 * `SELECT * FROM postgres_ha.partition_runway` shows how far the partitions reach and how many rows are in none; `SELECT * FROM
 * postgres_ha.verify_partitions('orders')` checks everything; `postgres_ha.partition_log` tells what each run did.
 *
 * @throws {InvalidArguments} naming every problem at once.
 */
export class PartitionedTable extends CustomResource {
  constructor(name: string, { database: connection, ...args }: PartitionedTableArgs, options?: CustomResourceOptions) {
    const settings = parseArguments(`PartitionedTable "${name}"`, partitionedTableArgs, args, partitionedTableRules);
    const { database, opts } = inDatabase(connection, options);
    super("postgres-ha:index:PartitionedTable", name, { database, ...tableInputs(settings) }, opts);
  }
}
