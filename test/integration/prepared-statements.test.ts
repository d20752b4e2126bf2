import pg from "pg";
import { beforeAll, describe, expect, inject, it } from "vitest";
import { parseArguments } from "../../components/arguments.ts";
import { partitionedTableArgs, partitionedTableRules } from "../../components/partitions/args.ts";
import { tableInputs } from "../../components/partitions/inputs.ts";
import { partitionedTable } from "../../provider/partitions/partitioned-table.ts";
import { mustExecute } from "../support/docker.ts";
import { query } from "../support/sql.ts";
import { type Outputs, TestStack } from "../support/stack.ts";

/** A prepared statement of a client of the transaction pool, on a table of 12 partitions and DEFAULT, with 3 indexes. */
const stack = new TestStack(inject("stack"));
let outputs: Outputs;

beforeAll(async () => {
  outputs = await stack.outputs();
  const { hostname, port } = new URL(outputs.primaryUrl);
  const superuser = outputs.credentials.superuser ?? { user: "", password: "" };
  const database = { host: hostname, port: Number(port), ...superuser, database: "app", owner: "app" };
  const now = new Date();
  const settings = parseArguments(
    "PartitionedTable",
    partitionedTableArgs,
    {
      table: "prepared",
      columns: [
        { name: "id", type: "bigint", notNull: true },
        { name: "at", type: "timestamptz", notNull: true },
      ],
      column: "at",
      interval: "month",
      ahead: 1,
      start: new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - 10, 1)).toISOString().slice(0, 10),
      indexes: [{ columns: ["at"] }, { columns: ["id"] }, { columns: ["id", "at"] }],
    },
    partitionedTableRules,
  );
  const context = { urn: "urn:prepared", log: () => undefined, tell: () => undefined };
  await partitionedTable.create(undefined, { database, ...tableInputs(settings) }, context);
  await query(
    outputs.writeUrl,
    "INSERT INTO prepared SELECT n, now() - n * interval '10 minutes' FROM generate_series(1, 20000) n",
  );
  await query(outputs.primaryUrl, "ANALYZE prepared");
  // A pool's connections that were open before do not know the database's settings yet.
  for (const pooler of ["pgbouncer-write-1", "pgbouncer-write-2"]) {
    await mustExecute(stack.container(pooler), [
      ...["bash", "-c", "psql -X -h /run/pgbouncer -p 6442 -U pgbouncer -d pgbouncer -c 'RECONNECT app'"],
    ]);
  }
});

/** The locks on the table, its partitions and their indexes, that each of so many executions of one prepared statement holds. */
async function locksOfExecutions(count: number, mode?: string): Promise<number[]> {
  const client = new pg.Client({ connectionString: outputs.writeUrl });
  await client.connect();
  const found: number[] = [];
  try {
    for (let execution = 0; execution < count; execution++) {
      await client.query("BEGIN");
      if (mode !== undefined) await client.query(`SET LOCAL plan_cache_mode = ${mode}`);
      await client.query({
        name: `read-${mode}`,
        text: "SELECT count(*) FROM prepared WHERE at = $1",
        values: [new Date()],
      });
      const { rows } = await client.query<{ locks: number }>(
        `SELECT count(*)::int AS locks FROM pg_locks JOIN pg_class ON pg_class.oid = relation
         WHERE pid = pg_backend_pid() AND relname ~ '^prepared'`,
      );
      found.push(rows[0]?.locks ?? 0);
      await client.query("COMMIT");
    }
  } finally {
    await client.end();
  }
  return found;
}

describe("a prepared statement through the transaction pool", () => {
  it("locks no more than the partition that it reads, in its sixth execution and after", async () => {
    const locks = await locksOfExecutions(10);
    // The table and one partition, each with its indexes.
    expect(locks).toEqual(locks.map(() => 2 * (1 + 3)));
  });

  it("would lock all of them without the setting", async () => {
    const locks = await locksOfExecutions(10, "force_generic_plan");
    expect(Math.max(...locks)).toBe((1 + 12 + 1) * (1 + 3));
  });
});
