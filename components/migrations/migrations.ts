import { CustomResource, type CustomResourceOptions, type Output, output } from "@pulumi/pulumi";
import { InvalidArguments, type Problem, parseArguments } from "../arguments.ts";
import { type DatabaseConnection, inDatabase } from "../databases/connection.ts";
import { type MigrationsSettings, migrationsArgs, nameProblems, oneSource } from "./args.ts";
import { byName, readDirectory } from "./directory.ts";
import { type Migration, type MigrationSource, migrationOf } from "./file.ts";
import { loadScanner } from "./scanner.ts";

interface MigrationsOptions {
  readonly database: DatabaseConnection;
  /**
   * The role that the files run as, and that owns what they make; extensions belong to the superuser in any case. `database.user`, a superuser, can
   * import a whole schema with several owners.
   * @default the database's owner
   */
  readonly role?: string;
  /**
   * The name of this set of files in its database, for a second set beside the first. It cannot change.
   * @default "default"
   */
  readonly history?: string;
}

/** One of the two places that files come from. */
export type MigrationsArgs = MigrationsOptions &
  (
    | {
        /** A folder of `.sql` files, relative to the program; read when the program runs. Other files and folders in it are left alone. */
        readonly directory: string;
        readonly files?: never;
      }
    | { readonly files: readonly MigrationSource[]; readonly directory?: never }
  );

/**
 * SQL files, each of which runs exactly once in a database, in the order of their names (`2.sql` before `10.sql`). Each runs in one transaction,
 * which also records its name and its SHA-256 in `postgres_ha.migrations`: all of it happens, or nothing. A file whose first line is
 * `-- no-transaction` (for CREATE INDEX CONCURRENTLY, VACUUM, ALTER SYSTEM) runs statement by statement and is taken up where it stopped.
 *
 * A file that ran and has changed since, is missing, or has a new one before it is refused with its name, by the preview and by the database's own
 * record. A file that fails ends the run; the error shows its statement and line.
 *
 * What pg_dump writes can be run: COPY with its data, `\restrict`, `\connect` to the same database. Other commands of psql are refused with their line.
 * The files' text is kept in Pulumi's state. Nothing is taken back when this resource is removed: the tables stay, and so does the record.
 *
 * @throws {InvalidArguments} naming every wrong line of every file.
 */
export class Migrations extends CustomResource {
  constructor(name: string, args: MigrationsArgs, opts?: CustomResourceOptions) {
    const { database: given, ...rest } = args;
    const subject = `Migrations "${name}"`;
    const settings = parseArguments(subject, migrationsArgs, rest, [oneSource]);
    const { history, role } = settings;
    const { database, opts: options } = inDatabase(given, opts);
    const files = migrationsIn(subject, sourcesOf(subject, settings), output(given.database));
    super("postgres-ha:index:Migrations", name, { database, history, files, ...(role ? { role } : {}) }, options);
  }
}

function sourcesOf(subject: string, { directory, files }: MigrationsSettings): readonly MigrationSource[] {
  const found = directory === undefined ? { files: byName(files ?? []), problems: [] } : readDirectory(directory);
  const problems = [...found.problems, ...nameProblems(found.files)];
  if (problems.length > 0) throw new InvalidArguments(subject, problems);
  return found.files;
}

/** Reads the files as PostgreSQL reads them; only a line \connect has to know the database's name. */
function migrationsIn(
  subject: string,
  sources: readonly MigrationSource[],
  database: Output<string>,
): Output<Migration[]> {
  const connects = sources.some(({ sql }) => /^\s*\\c/m.test(sql));
  if (connects) return database.apply((name) => readAll(subject, sources, name));
  return output(readAll(subject, sources));
}

async function readAll(subject: string, sources: readonly MigrationSource[], database?: string): Promise<Migration[]> {
  const scanner = await loadScanner();
  const read = sources.map((source) => ({ source, ...migrationOf(scanner, source, database) }));
  const problems: Problem[] = read.flatMap(({ source, mistakes }) =>
    mistakes.map(({ line, message }) => ({ path: `${source.name}, line ${line}`, message })),
  );
  if (problems.length > 0) throw new InvalidArguments(subject, problems);
  return read.map(({ migration }) => migration);
}
