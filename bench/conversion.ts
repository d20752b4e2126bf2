import { fileURLToPath } from "node:url";
import { convert } from "../components/partitions/convert.ts";
import { type ConversionSpec, convertTable } from "../provider/conversion/convert-table.ts";
import { AcknowledgedWriters, type WrittenRow } from "../test/support/acknowledged-writers.ts";
import { startPostgres } from "../test/support/postgres.ts";
import { query } from "../test/support/sql.ts";

const table = "bench_conversion";
/** The first of the rows, which the writers change; the others only have to stay as they are. */
const changing = 20_000;

const spec: ConversionSpec = {
  schema: "public",
  table,
  column: "created_at",
  interval: "month",
  names: "_y{YYYY}m{MM}",
  ahead: 4,
  defaultPartition: true,
  primaryKey: ["id", "created_at"],
  convert: convert.parse({}),
};

export interface ConversionFigures {
  readonly rows: number;
  readonly bytes: string;
  readonly seconds: number;
  readonly rowsPerSecond: number;
  readonly transactionsMeanwhile: number;
  readonly longestWaitMilliseconds: number;
  readonly longestWaitBeforeMilliseconds: number;
  readonly transactionsPerSecond: number;
  readonly transactionsPerSecondBefore: number;
  readonly errors: Readonly<Record<string, number>>;
  readonly lost: number;
  readonly doubled: number;
  readonly different: number;
  readonly rollbackSeconds: number;
}

/** Converts a table of so many rows on the server, a superuser's URL, under writers that know what they were told; then goes back, and counts again. */
export async function convertUnderLoad(url: string, rows: number, clients = 8): Promise<ConversionFigures> {
  await fill(url, rows);
  const existing = await query<{ id: string; created_at: Date; status: string }>(
    url,
    `SELECT id, created_at, status FROM ${table} WHERE id <= ${changing}`,
  );
  const known = existing.map(({ id, created_at, status }) => ({
    id: Number(id),
    created_at: created_at.toISOString(),
    status,
  }));
  const untouched = await sumOfOthers(url);
  const writers = new AcknowledgedWriters(url, table, known, clients, 20);
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const before = { transactions: writers.transactions, longest: writers.longest };
  const began = performance.now();
  const { hostname, port, username, password, pathname } = new URL(url);
  const connection = {
    host: hostname,
    port: Number(port),
    user: username,
    password,
    database: pathname.slice(1),
    owner: username,
  };
  await convertTable(connection, spec, { urn: "", log: () => {}, tell: (line) => console.error(line) });
  const seconds = (performance.now() - began) / 1000;
  const meanwhile = writers.transactions - before.transactions;
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const rolling = performance.now();
  await query(url, `CALL postgres_ha.rollback_conversion('${table}')`, [], 600_000);
  const rollbackSeconds = (performance.now() - rolling) / 1000;
  const told = await writers.stop();
  const found = await query<{ id: string; created_at: Date; status: string }>(
    url,
    `SELECT id, created_at, status FROM ${table} WHERE id <= ${changing} OR id > 100000000`,
  );
  const [size] = await query<{ size: string }>(
    url,
    `SELECT pg_size_pretty(pg_total_relation_size('${table}')) AS size`,
  );
  return {
    rows,
    bytes: size?.size ?? "",
    seconds: Math.round(seconds),
    rowsPerSecond: Math.round(rows / seconds),
    transactionsMeanwhile: meanwhile,
    longestWaitMilliseconds: Math.round(told.longest),
    longestWaitBeforeMilliseconds: Math.round(before.longest),
    transactionsPerSecond: Math.round(meanwhile / seconds),
    transactionsPerSecondBefore: Math.round(before.transactions / 5),
    errors: counted(told.errors),
    ...compared(
      told.rows,
      found.map(({ id, created_at, status }) => ({ id: Number(id), created_at: created_at.toISOString(), status })),
    ),
    ...((await sumOfOthers(url)) === untouched ? {} : { different: -1 }),
    rollbackSeconds: Math.round(rollbackSeconds * 10) / 10,
  };
}

async function fill(url: string, rows: number): Promise<void> {
  await query(url, `DROP TABLE IF EXISTS ${table}`);
  await query(
    url,
    `CREATE TABLE ${table} (id bigint PRIMARY KEY, created_at timestamptz NOT NULL, status text NOT NULL, customer bigint, amount numeric(12, 2), payload text)`,
  );
  const step = 250_000;
  for (let first = 1; first <= rows; first += step) {
    await query(
      url,
      `INSERT INTO ${table} SELECT i, timestamptz '2024-01-01 00:00+00' + (i * 7919::bigint % 1051200) * interval '1 minute', (ARRAY['new', 'paid', 'sent'])[1 + i % 3], i % 5000, i % 1000, repeat('x', 60)
       FROM generate_series(${first}, ${Math.min(first + step - 1, rows)}) AS i`,
      [],
      600_000,
    );
  }
  await query(url, `CREATE INDEX ${table}_created_at ON ${table} (created_at)`, [], 600_000);
  await query(url, `CREATE INDEX ${table}_status ON ${table} (status, created_at)`, [], 600_000);
  await query(url, `VACUUM ANALYZE ${table}`, [], 600_000);
}

async function sumOfOthers(url: string): Promise<string> {
  const [sum] = await query<{ sum: string }>(
    url,
    `SELECT count(*) || ' ' || sum(hashtextextended(t::text, 0)) AS sum FROM ${table} AS t WHERE id > ${changing} AND id <= 100000000`,
    [],
    600_000,
  );
  return sum?.sum ?? "";
}

function counted(errors: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const error of errors) counts[error] = (counts[error] ?? 0) + 1;
  return counts;
}

/** What the writers were told against what is there. */
function compared(told: readonly WrittenRow[], found: readonly WrittenRow[]) {
  const there = new Map(found.map((row) => [row.id, row]));
  return {
    lost: told.filter(({ id }) => !there.has(id)).length,
    doubled: found.length - there.size,
    different:
      told.filter(({ id, created_at, status }) => {
        const row = there.get(id);
        return row !== undefined && (row.created_at !== created_at || row.status !== status);
      }).length +
      (there.size - told.filter(({ id }) => there.has(id)).length),
  };
}

/** On a throwaway server. `npx tsx bench/conversion.ts [rows] [url]` for another. */
export async function benchConversion(rows = 5_000_000): Promise<Record<string, unknown>> {
  const server = await startPostgres({ max_wal_size: "4GB", shared_buffers: "1GB" });
  try {
    return { ...(await convertUnderLoad(server.url(), rows)) };
  } finally {
    await server.remove();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [rows = "5000000", url] = process.argv.slice(2);
  const figures = url === undefined ? await benchConversion(Number(rows)) : await convertUnderLoad(url, Number(rows));
  console.log(JSON.stringify(figures));
}
