import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseArguments } from "../../components/arguments.ts";
import { partitionedTableArgs, partitionedTableRules } from "../../components/partitions/args.ts";
import { tableInputs } from "../../components/partitions/inputs.ts";
import { partitionedTable } from "../../provider/partitions/partitioned-table.ts";
import type { Properties } from "../../toolchain/stand-ins/framework/types.ts";
import { startPostgres, type ThrowawayPostgres, withCron } from "../support/postgres.ts";
import { eventually, query } from "../support/sql.ts";

/** Partitioned tables on a real server whose time zone is far from UTC. */
let server: ThrowawayPostgres;
let database: Properties;
let url: string;
const told: string[] = [];

beforeAll(async () => {
  server = await startPostgres({ ...withCron, TimeZone: "America/Los_Angeles", DateStyle: "SQL, DMY" });
  await query(server.url(), "CREATE ROLE shop LOGIN PASSWORD 'shop'");
  await query(server.url(), "CREATE DATABASE shop OWNER shop");
  url = server.url("shop");
  const { port, user, password } = server;
  database = { host: "127.0.0.1", port, user, password, database: "shop", owner: "shop" };
});

afterAll(() => server?.remove());

const context = (name: string) => ({
  urn: `urn:pulumi:test::test::postgres-ha:index:PartitionedTable::${name}`,
  log: () => undefined,
  tell: (line: string) => void told.push(line),
});

const columns = [
  { name: "id", type: "bigint", identity: true },
  { name: "created_at", type: "timestamptz", default: "now()" },
  { name: "status", type: "text", notNull: true, default: "'PENDING'" },
];

function inputsOf(table: string, args: object = {}): Properties {
  const typed = { columns, primaryKey: ["id", "created_at"], column: "created_at", interval: "month", ahead: 3 };
  const value = { table, ...typed, ...args };
  const settings = parseArguments("PartitionedTable", partitionedTableArgs, value, partitionedTableRules);
  return { database, ...tableInputs(settings) };
}

async function create(table: string, args: object = {}): Promise<Properties> {
  return (await partitionedTable.create(undefined, inputsOf(table, args), context(table))).outputs;
}

async function update(table: string, state: Properties, args: object): Promise<Properties> {
  const inputs = inputsOf(table, args);
  partitionedTable.consequences?.(state, inputs);
  return (await partitionedTable.update?.(undefined, table, state, inputs, context(table))) ?? {};
}

/** The children by where they begin, e.g. `t_y2025m01: 2025-01-01`; DEFAULT last. */
async function children(table: string): Promise<string[]> {
  const rows = await query<{ name: string; lower: string }>(
    url,
    `SELECT c.relname AS name, coalesce(to_char(to_timestamp(p.lower::float8) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI'), 'DEFAULT') AS lower
     FROM postgres_ha.partition_children('${table}'::regclass) p JOIN pg_class c ON c.oid = p.child ORDER BY p.lower NULLS LAST`,
  );
  return rows.map(({ name, lower }) => `${name}: ${lower.replace(" 00:00", "")}`);
}

async function maintain(schedule = "0 2 * * *"): Promise<void> {
  await query(url, `CALL postgres_ha.maintain_partitions('${schedule}')`);
}

async function lastRun(table: string): Promise<{ ok: boolean; message: string; made: string[]; removed: string[] }> {
  const [run] = await query<{ ok: boolean; message: string; made: string[]; removed: string[] }>(
    url,
    "SELECT ok, message, made, removed FROM postgres_ha.partition_log WHERE table_name = $1 ORDER BY id DESC LIMIT 1",
    [table],
  );
  if (run === undefined) throw new Error(`no run of ${table}`);
  return run;
}

async function verified(table: string): Promise<Record<string, string>> {
  const rows = await query<{ check: string; ok: boolean; detail: string }>(
    url,
    `SELECT * FROM postgres_ha.verify_partitions('${table}')`,
  );
  return Object.fromEntries(rows.map(({ check, ok, detail }) => [check, `${ok ? "ok" : "NOT OK"}: ${detail}`]));
}

/** The months from so many before the current one on, as `y2025m01`. */
function months(from: number, to: number): string[] {
  const now = new Date();
  return Array.from({ length: to - from + 1 }, (_, index) => {
    const at = new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + from + index));
    return `y${at.getUTCFullYear()}m${String(at.getUTCMonth() + 1).padStart(2, "0")}: ${at.toISOString().slice(0, 10)}`;
  });
}

describe("a partitioned table", () => {
  it("is made with its partitions, in UTC, of the names that were asked for, and belongs to the owner", async () => {
    await create("orders", { names: "_y{YYYY}m{MM}", createFunction: "create_orders_partition_for_month" });
    expect(await children("orders")).toEqual([...months(-1, 3).map((m) => `orders_${m}`), "orders_default: DEFAULT"]);
    const owners = await query(
      url,
      "SELECT DISTINCT pg_get_userbyid(relowner) AS owner FROM pg_class WHERE relname LIKE 'orders%'",
    );
    expect(owners).toEqual([{ owner: "shop" }]);
    const indexes = await query(url, "SELECT indexname FROM pg_indexes WHERE tablename = $1", [
      `orders_${months(0, 0)[0]?.slice(0, 8)}`,
    ]);
    expect(indexes).toEqual([{ indexname: `orders_${months(0, 0)[0]?.slice(0, 8)}_pkey` }]);
  });

  it("is verified by one command, that leaves nothing behind", async () => {
    const found = await verified("orders");
    expect(Object.values(found).filter((line) => !line.startsWith("ok"))).toEqual([]);
    expect(found["row of now"]).toMatch(/a row was inserted and taken back/);
    expect(await query(url, "SELECT * FROM orders")).toEqual([]);
  });

  it("has a job that pg_cron runs", async () => {
    const jobs = await query(server.url(), "SELECT jobname, schedule, command, database FROM cron.job");
    expect(jobs).toEqual([
      {
        jobname: "shop: partitions at 0 2 * * *",
        schedule: "0 2 * * *",
        command: "CALL postgres_ha.maintain_partitions('0 2 * * *')",
        database: "shop",
      },
    ]);
  });
});
void [update, lastRun, maintain, eventually];
