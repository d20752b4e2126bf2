import { parseArguments } from "../../components/arguments.ts";
import { partitionedTableArgs, partitionedTableRules } from "../../components/partitions/args.ts";
import { tableInputs } from "../../components/partitions/inputs.ts";
import { partitionedTable } from "../../provider/partitions/partitioned-table.ts";
import type { CallContext, Properties } from "../../toolchain/stand-ins/framework/types.ts";
import { startPostgres, type ThrowawayPostgres, withCron } from "./postgres.ts";
import { query } from "./sql.ts";

export const columns = [
  { name: "id", type: "bigint", identity: true },
  { name: "created_at", type: "timestamptz", default: "now()" },
  { name: "status", type: "text", notNull: true, default: "'PENDING'" },
];

const typed = { columns, primaryKey: ["id", "created_at"], column: "created_at", interval: "month", ahead: 3 };

export function contextOf(name: string, told: string[] = []): CallContext {
  return {
    urn: `urn:pulumi:test::test::postgres-ha:index:PartitionedTable::${name}`,
    log: () => undefined,
    tell: (line) => void told.push(line),
  };
}

/** What the provider gets for a table of a program. */
export function inputsOf(database: Properties, table: string, args: object = {}): Properties {
  const value = { table, ...typed, ...args };
  const settings = parseArguments("PartitionedTable", partitionedTableArgs, value, partitionedTableRules);
  return { database, ...tableInputs(settings) };
}

/** The months from so many before the current one on, as `y2025m01`. */
export function months(from: number, to: number): string[] {
  const now = new Date();
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const at = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + from + index));
    return `y${at.getUTCFullYear()}m${String(at.getUTCMonth() + 1).padStart(2, "0")}`;
  });
}

export interface Run {
  readonly ok: boolean;
  readonly message: string;
  readonly made: string[];
  readonly removed: string[];
}

/** A database of a throwaway server with pg_cron, and its partitioned tables. */
export class Shop {
  readonly server: ThrowawayPostgres;
  readonly url: string;
  /** As its owner, who is no superuser. */
  readonly ownerUrl: string;
  readonly database: Properties;
  readonly told: string[] = [];

  private constructor(server: ThrowawayPostgres) {
    const { port, user, password } = server;
    this.server = server;
    this.url = server.url("shop");
    this.ownerUrl = `postgres://shop:shop@127.0.0.1:${port}/shop`;
    this.database = { host: "127.0.0.1", port, user, password, database: "shop", owner: "shop" };
  }

  static async start(): Promise<Shop> {
    const server = await startPostgres({ ...withCron, TimeZone: "America/Los_Angeles", DateStyle: "SQL, DMY" });
    await query(server.url(), "CREATE ROLE shop LOGIN PASSWORD 'shop'");
    await query(server.url(), "CREATE DATABASE shop OWNER shop");
    return new Shop(server);
  }

  remove(): Promise<void> {
    return this.server.remove();
  }

  query<Row extends Record<string, unknown>>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return query<Row>(this.url, text, values);
  }

  async create(table: string, args: object = {}): Promise<Properties> {
    const inputs = inputsOf(this.database, table, args);
    return (await partitionedTable.create(undefined, inputs, contextOf(table, this.told))).outputs;
  }

  async update(table: string, state: Properties, args: object): Promise<Properties> {
    const inputs = inputsOf(this.database, table, args);
    partitionedTable.consequences?.(state, inputs);
    return (await partitionedTable.update?.(undefined, table, state, inputs, contextOf(table, this.told))) ?? {};
  }

  /** The ends of the children's names, by their bounds; DEFAULT last. */
  async children(table: string): Promise<string[]> {
    const rows = await this.query<{ name: string }>(
      `SELECT c.relname AS name FROM postgres_ha.partition_children($1::regclass) p JOIN pg_class c ON c.oid = p.child ORDER BY p.lower NULLS LAST`,
      [table],
    );
    return rows.map(({ name }) => name.slice(table.length + 1));
  }

  async maintain(schedule = "0 2 * * *"): Promise<void> {
    await this.query(`CALL postgres_ha.maintain_partitions('${schedule}')`);
  }

  async lastRun(table: string): Promise<Run> {
    const [run] = await this.query<{ ok: boolean; message: string; made: string[]; removed: string[] }>(
      "SELECT ok, message, made, removed FROM postgres_ha.partition_log WHERE table_name = $1 ORDER BY id DESC LIMIT 1",
      [table],
    );
    if (run === undefined) throw new Error(`no run of ${table}`);
    return run;
  }

  /** What is not as it should be, by check. */
  async failing(table: string): Promise<Record<string, string>> {
    const rows = await this.query<{ check: string; detail: string }>(
      `SELECT * FROM postgres_ha.verify_partitions('${table}') WHERE NOT ok`,
    );
    return Object.fromEntries(rows.map(({ check, detail }) => [check, detail]));
  }

  /** How many rows are where, by the ends of the children's names. */
  async rows(table: string): Promise<Record<string, number>> {
    const rows = await this.query<{ name: string; rows: number }>(
      `SELECT c.relname AS name, count(*)::int AS rows FROM ${table} t JOIN pg_class c ON c.oid = t.tableoid GROUP BY 1 ORDER BY 1`,
    );
    return Object.fromEntries(rows.map(({ name, rows }) => [name.slice(table.length + 1), rows]));
  }

  /**
   * Lets the maintenance see another time: the same functions, with a clock and a /proc of the test's before PostgreSQL's. `passed`: the time has gone by on
   * this host; `jumped`: only the clock says so; `elsewhere`: the clock says so on a host that was never seen.
   */
  async shiftClock(by: string, how: "passed" | "jumped" | "elsewhere" = "passed"): Promise<void> {
    await this.query(
      `CREATE SCHEMA IF NOT EXISTS test_clock;
       CREATE TABLE IF NOT EXISTS test_clock.shift (by interval NOT NULL, how text NOT NULL);
       TRUNCATE test_clock.shift;
       INSERT INTO test_clock.shift VALUES ('${by}', '${how}');
       CREATE OR REPLACE FUNCTION test_clock.clock_timestamp() RETURNS timestamptz LANGUAGE sql STABLE AS
         $$ SELECT ((pg_catalog.clock_timestamp() AT TIME ZONE 'UTC') + (SELECT by FROM test_clock.shift)) AT TIME ZONE 'UTC' $$;
       CREATE OR REPLACE FUNCTION test_clock.pg_read_file(file text) RETURNS text LANGUAGE sql STABLE AS
         $$ SELECT CASE WHEN file = '/proc/uptime' AND how = 'passed'
              THEN split_part(pg_catalog.pg_read_file(file), ' ', 1)::float8 + extract(epoch FROM test_clock.clock_timestamp() - pg_catalog.clock_timestamp()) || ' 0'
              WHEN how = 'elsewhere' THEN pg_catalog.pg_read_file(file) || 'other'
              ELSE pg_catalog.pg_read_file(file) END FROM test_clock.shift $$;
       DO $$ DECLARE f regprocedure; BEGIN
         FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'postgres_ha'::regnamespace AND 'search_path=pg_catalog, pg_temp' = ANY (proconfig) LOOP
           EXECUTE format('ALTER ROUTINE %s SET search_path = test_clock, pg_catalog, pg_temp', f);
         END LOOP;
       END $$`,
    );
  }
}
