import type { CustomResourceOptions, Input, Resource } from "@pulumi/pulumi";

/**
 * How the resources inside a database reach it: always the primary, as a superuser, because extensions and scheduled jobs ask for one. What they make
 * belongs to `owner`. `HaPostgres.database(name)` gives it; a program may fill it in by hand for any other PostgreSQL that it can reach.
 */
export interface DatabaseConnection {
  readonly host: Input<string>;
  readonly port: number;
  /** A superuser. */
  readonly user: string;
  readonly password: Input<string>;
  readonly database: Input<string>;
  /** The role that owns the database. */
  readonly owner: string;
  /** What holds the data: what lives in the database goes with it, and needs no deletion of its own. */
  readonly storage?: Resource;
}

/**
 * The input and the options of a resource that lives in a database. Like the database it is protected: `destroy` leaves it in the data, and taking it out
 * of the program is refused until it is unprotected by name.
 */
export function inDatabase(
  { storage, ...database }: DatabaseConnection,
  opts: CustomResourceOptions = {},
): { readonly database: Omit<DatabaseConnection, "storage">; readonly opts: CustomResourceOptions } {
  return { database, opts: { protect: true, ...(storage ? { deletedWith: storage } : {}), ...opts } };
}
