import { CustomResource, type CustomResourceOptions } from "@pulumi/pulumi";
import { z } from "zod";
import { parseArguments } from "../arguments.ts";
import { type DatabaseConnection, inDatabase } from "../databases/connection.ts";
import { identifier } from "../schemas.ts";

const partitionFunctionsArgs = z.strictObject({
  schema: identifier.default("public").describe("Where they are made; it has to exist."),
});

export type PartitionFunctionsArgs = z.input<typeof partitionFunctionsArgs> & {
  readonly database: DatabaseConnection;
};

/**
 * For people and programs that ask by these names: the view `partition_metadata`, `get_partition_statistics()` and `maintain_all_partitions()`, over all
 * partitioned tables of a database. They belong to the owner of the database and hold no data.
 * @throws {InvalidArguments} naming every problem at once.
 */
export class PartitionFunctions extends CustomResource {
  constructor(
    name: string,
    { database: connection, ...args }: PartitionFunctionsArgs,
    options?: CustomResourceOptions,
  ) {
    const { schema } = parseArguments(`PartitionFunctions "${name}"`, partitionFunctionsArgs, args);
    const { database, opts } = inDatabase(connection, options);
    super("postgres-ha:index:PartitionFunctions", name, { database, schema }, opts);
  }
}
