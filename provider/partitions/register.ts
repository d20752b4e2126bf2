import { isTime } from "../../components/partitions/interval.ts";
import { UserError } from "../../toolchain/stand-ins/postgresql/server.ts";
import { type Connection, identifier, literal, type Session } from "../sql/connection.ts";
import { createFunction, dropFunction, functionMark, functionSignature } from "./ddl.ts";
import { type Declared, tableOf } from "./inputs.ts";
import { clockTolerance } from "./schedule.ts";

/** pg_partman, in the schema that its own documentation uses. */
export async function ensurePartman(session: Session): Promise<void> {
  const [found] = await session.query<{ schema: string }>(
    "SELECT n.nspname AS schema FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE e.extname = 'pg_partman'",
  );
  if (found?.schema === "partman") return;
  if (found !== undefined) {
    throw new UserError(
      `pg_partman is in schema "${found.schema}" of this database, and is looked for in "partman"; DROP EXTENSION pg_partman where no table uses it, and run up again`,
    );
  }
  await session.query("CREATE SCHEMA IF NOT EXISTS partman");
  await session.query("CREATE EXTENSION IF NOT EXISTS pg_partman SCHEMA partman");
}

/** Refuses a table that another resource keeps: each would undo what the other does. */
export async function claim(session: Session, { schema, table }: Declared, urn: string): Promise<void> {
  const [held] = await session.query<{ resource: string }>(
    "SELECT resource FROM postgres_ha.partitioned_tables WHERE schema_name = $1 AND table_name = $2 AND resource <> $3",
    [schema, table, urn],
  );
  if (held === undefined) return;
  const where = `schema_name = ${literal(schema)} AND table_name = ${literal(table)}`;
  throw new UserError(
    `table ${schema}.${table} is kept by another resource, ${held.resource}; declare it once. Where that resource is no more, DELETE FROM postgres_ha.partitioned_tables WHERE ${where}`,
  );
}

/** What the maintenance goes by, and pg_partman with it. `aligned`: every partition is one interval in UTC, so that pg_partman's own retention would do no harm. */
export async function register(session: Session, declared: Declared, urn: string, aligned: boolean): Promise<void> {
  const { schema, table, column, interval, ahead, start, retention, nameFormat, schedule } = declared;
  const [unit, step] = isTime(interval) ? [interval, null] : ["range", interval.range];
  await session.query(
    `INSERT INTO postgres_ha.partitioned_tables AS t
       (schema_name, table_name, resource, control, unit, step, ahead, first_day, keep, expired, name_format, schedule, clock_tolerance)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, make_interval(days => $13))
     ON CONFLICT (schema_name, table_name) DO UPDATE SET resource = excluded.resource, control = excluded.control, unit = excluded.unit,
       step = excluded.step, ahead = excluded.ahead, first_day = excluded.first_day, keep = excluded.keep, expired = excluded.expired,
       name_format = excluded.name_format, schedule = excluded.schedule, clock_tolerance = excluded.clock_tolerance`,
    [
      ...[schema, table, urn, column, unit, step, ahead, start ?? null],
      ...[retention?.keep ?? null, retention?.action ?? null, nameFormat ?? null, schedule, clockTolerance(schedule)],
    ],
  );
  await session.query("SELECT postgres_ha.partition_believe_clock()");
  // Its own runs are off: they know no time zone, no pattern of names and no wrong clock.
  await session.query(
    `INSERT INTO partman.part_config AS p (parent_table, control, partition_interval, partition_type, premake, automatic_maintenance, retention,
       retention_keep_table, infinite_time_partitions, datetime_string, date_trunc_interval, jobmon, template_table)
     VALUES ($1, $2, $3, 'range', $4, 'off', $5, $6, $7, $8, $9, false, NULL)
     ON CONFLICT (parent_table) DO UPDATE SET control = excluded.control, partition_interval = excluded.partition_interval, premake = excluded.premake,
       automatic_maintenance = excluded.automatic_maintenance, retention = excluded.retention, retention_keep_table = excluded.retention_keep_table,
       infinite_time_partitions = excluded.infinite_time_partitions, datetime_string = excluded.datetime_string,
       date_trunc_interval = excluded.date_trunc_interval, template_table = NULL`,
    [
      ...[`${schema}.${table}`, column, partmanInterval(declared), ahead],
      ...[aligned ? (retention?.keep ?? null) : null, retention?.action !== "drop", isTime(interval)],
      isTime(interval) ? (interval === "hour" ? "YYYYMMDD_HH24MISS" : "YYYYMMDD") : null,
      interval === "week" || interval === "quarter" ? interval : null,
    ],
  );
}

/** As PostgreSQL writes an interval itself. */
function partmanInterval({ interval }: Declared): string {
  if (!isTime(interval)) return String(interval.range);
  const texts = { hour: "01:00:00", day: "1 day", week: "7 days", month: "1 mon", quarter: "3 mons", year: "1 year" };
  return texts[interval];
}

/** What the owner of the database may call and read. */
export async function grantToOwner(session: Session, connection: Connection): Promise<void> {
  const owner = identifier(connection.owner);
  await session.query(`GRANT USAGE ON SCHEMA postgres_ha TO ${owner}`);
  await session.query(
    `GRANT SELECT ON postgres_ha.partition_runway, postgres_ha.partition_log, postgres_ha.partitioned_tables TO ${owner}`,
  );
  await session.query(
    `GRANT EXECUTE ON FUNCTION postgres_ha.create_partition(regclass, timestamptz), postgres_ha.create_partition(regclass, bigint),
       postgres_ha.verify_partitions(regclass), postgres_ha.maintain_all_partitions(),
       postgres_ha.partition_runway_of(name, name) TO ${owner}`,
  );
}

export async function ensureFunction(session: Session, declared: Declared, before?: string): Promise<void> {
  const { createFunction: name } = declared;
  if (before !== undefined && before !== name) await session.query(dropFunction(declared, before));
  if (name === undefined) return;
  // One that something else made may have other names of parameters; one of ours is replaced in place, so that what was granted on it stays.
  const [found] = await session.query<{ ours: boolean }>(
    "SELECT obj_description(to_regprocedure($1)::oid, 'pg_proc') LIKE $2 AS ours",
    [functionSignature(declared, name), `${functionMark}%`],
  );
  if (found?.ours !== true) await session.query(dropFunction(declared, name));
  for (const statement of createFunction(declared, name)) await session.query(statement);
}

export function isAligned(session: Session, declared: Declared): Promise<boolean> {
  const { interval } = declared;
  const [unit, step] = isTime(interval) ? [interval, null] : ["range", interval.range];
  return session
    .query<{ aligned: boolean }>(
      `SELECT coalesce(bool_and(lower > '-Infinity' AND upper < 'Infinity' AND lower = postgres_ha.partition_start($2, $3, lower)
         AND upper = postgres_ha.partition_end($2, $3, lower)), true) AS aligned
       FROM postgres_ha.partition_children($1::regclass) WHERE NOT is_default`,
      [tableOf(declared), unit, step],
    )
    .then(([row]) => row?.aligned ?? true);
}
