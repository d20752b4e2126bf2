import { type CustomResourceOptions, type Input, output, type Resource } from "@pulumi/pulumi";

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
  /** What is made in the database before anything else, e.g. its extensions and what roles may do there. */
  readonly after?: Resource;
}

/**
 * The input and the options of a resource that lives in a database. Like the database it is protected: `destroy` leaves it in the data, and taking it out
 * of the program is refused until it is unprotected by name.
 */
export function inDatabase(
  { storage, after, ...database }: DatabaseConnection,
  opts: CustomResourceOptions = {},
): { readonly database: Omit<DatabaseConnection, "storage" | "after">; readonly opts: CustomResourceOptions } {
  const inside = { protect: true, ...(storage ? { deletedWith: storage } : {}), ...opts };
  return { database, opts: after === undefined ? inside : { ...inside, dependsOn: alsoOn(after, opts.dependsOn) } };
}

function alsoOn(after: Resource, others: CustomResourceOptions["dependsOn"]): Input<Input<Resource>[]> {
  if (others === undefined) return [after];
  // `output` knows resources and lists of them alike; its type does not.
  const given = output(others as Input<Resource | Resource[]>);
  return given.apply((known) => [after, ...[known].flat()]) as Input<Resource[]>;
}
