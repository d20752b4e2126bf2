import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { convert } from "../../components/partitions/convert.ts";
import { type ConversionSpec, convertTable } from "../../provider/conversion/convert-table.ts";
import { AcknowledgedWriters, type WrittenRow } from "../support/acknowledged-writers.ts";
import { startPostgres, type ThrowawayPostgres } from "../support/postgres.ts";
import { query } from "../support/sql.ts";

let server: ThrowawayPostgres;
beforeAll(async () => {
  server = await startPostgres();
});
afterAll(() => server?.remove());

const specOf = (table: string, changed: Partial<ConversionSpec> = {}): ConversionSpec => ({
  schema: "public",
  table,
  column: "created_at",
  interval: "month",
  names: "_y{YYYY}m{MM}",
  ahead: 2,
  defaultPartition: true,
  primaryKey: ["id", "created_at"],
  convert: convert.parse({ batch: 5000, pause: 0, patience: 30 }),
  ...changed,
});

function context() {
  const told: string[] = [];
  const logged: string[] = [];
  return { urn: "", told, logged, log: (line: string) => logged.push(line), tell: (line: string) => told.push(line) };
}

const connection = () => ({
  host: "127.0.0.1",
  port: server.port,
  user: server.user,
  password: server.password,
  database: "postgres",
  owner: "postgres",
});

const sql = <Row extends pg.QueryResultRow>(text: string, values: readonly unknown[] = []) =>
  query<Row>(server.url(), text, values);

const fill = (table: string, rows: number) =>
  sql(`INSERT INTO ${table} (created_at, status) SELECT timestamptz '2025-01-01 00:00+00' + (i % 20) * interval '12 days' + i * interval '1 second', 'new'
       FROM generate_series(1, ${rows}) AS i`);

/** A table for `AcknowledgedWriters`, with rows in an order that has nothing to do with time. */
async function busyTable(table: string, rows: number): Promise<WrittenRow[]> {
  await sql(`CREATE TABLE ${table} (id bigint PRIMARY KEY, created_at timestamptz NOT NULL, status text NOT NULL);
    CREATE INDEX ${table}_created_at ON ${table} (created_at);
    INSERT INTO ${table} SELECT i, timestamptz '2024-01-01 00:00+00' + (i * 7919 % 360) * interval '1 day', 'old' FROM generate_series(1, ${rows}) AS i`);
  return rowsOf(table);
}

async function rowsOf(table: string): Promise<WrittenRow[]> {
  const rows = await sql<{ id: string; created_at: Date; status: string }>(
    `SELECT id, created_at, status FROM ${table} ORDER BY id, created_at`,
  );
  return rows.map(({ id, created_at, status }) => ({ id: Number(id), created_at: created_at.toISOString(), status }));
}

const kindOf = async (table: string) =>
  (await sql<{ relkind: string }>("SELECT relkind FROM pg_class WHERE oid = to_regclass($1)", [table]))[0]?.relkind;

describe("a plain table that holds data", () => {
  it("becomes a partitioned one with all that belonged to it, and goes back", async () => {
    await sql(`CREATE ROLE reader; CREATE ROLE writer; CREATE ROLE keeper;
      CREATE TABLE whole (id bigint GENERATED ALWAYS AS IDENTITY, created_at timestamptz NOT NULL DEFAULT now(), status text NOT NULL CHECK (status <> ''),
        serial serial, doubled int GENERATED ALWAYS AS (serial * 2) STORED, payload jsonb DEFAULT '{}', CONSTRAINT whole_key PRIMARY KEY (id));
      CREATE INDEX whole_status ON whole (status, created_at) WHERE status <> 'old';
      CREATE INDEX whole_brin ON whole USING brin (created_at);
      CREATE UNIQUE INDEX whole_unique ON whole (created_at, serial);
      COMMENT ON TABLE whole IS 'it''s whole'; COMMENT ON COLUMN whole.status IS 'a state';
      ALTER TABLE whole OWNER TO keeper; GRANT SELECT ON whole TO reader; GRANT INSERT, UPDATE (status) ON whole TO writer WITH GRANT OPTION;
      CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN NEW.payload = '{"touched": true}'; RETURN NEW; END$$;
      CREATE TRIGGER touched BEFORE UPDATE ON whole FOR EACH ROW EXECUTE FUNCTION touch()`);
    await fill("whole", 20_000);
    await sql("DELETE FROM whole WHERE id % 7 = 0; UPDATE whole SET status = 'seen' WHERE id % 5 = 0");
    const before = await sql("SELECT * FROM whole ORDER BY id");
    const shape = () =>
      sql(`SELECT pg_get_userbyid(relowner) AS owner, relacl::text AS acl, obj_description(oid) AS comment,
        (SELECT jsonb_agg(jsonb_build_array(attname, format_type(atttypid, atttypmod), attnotnull, attidentity, attgenerated, attacl::text, col_description(attrelid, attnum),
           (SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = attrelid AND adnum = attnum)) ORDER BY attnum)
         FROM pg_attribute WHERE attrelid = oid AND attnum > 0) AS columns,
        (SELECT jsonb_agg(pg_get_triggerdef(t.oid) ORDER BY tgname) FROM pg_trigger t WHERE tgrelid = c.oid AND tgname = 'touched') AS triggers,
        (SELECT jsonb_agg(pg_get_constraintdef(k.oid) ORDER BY conname) FROM pg_constraint k WHERE conrelid = c.oid AND contype = 'c') AS checks,
        (SELECT jsonb_agg(replace(pg_get_indexdef(indexrelid), ' ONLY', '') ORDER BY indexrelid::regclass::text) FROM pg_index WHERE indrelid = c.oid AND NOT indisprimary) AS indexes,
        pg_get_serial_sequence('whole', 'id') AS identity, pg_get_serial_sequence('whole', 'serial') AS serial
        FROM pg_class c WHERE oid = 'public.whole'::regclass`);
    const shapeBefore = await shape();
    const run = context();
    await convertTable(connection(), specOf("whole"), run);
    expect(await sql("SELECT * FROM whole ORDER BY id")).toEqual(before);
    expect(await shape()).toEqual(shapeBefore);
    expect(run.told[0]).toContain("17143 rows");
    expect(run.told.at(-1)).toContain("rollback_conversion");
    const [kind] = await sql(
      "SELECT relkind, (SELECT count(*)::int FROM pg_inherits WHERE inhparent = oid) AS children FROM pg_class WHERE oid = 'whole'::regclass",
    );
    expect(kind?.relkind).toBe("p");
    await sql(
      "SET ROLE keeper; INSERT INTO whole (status) VALUES ('after'); UPDATE whole SET status = 'moved', created_at = '2025-03-03' WHERE id = 5; DELETE FROM whole WHERE id = 6",
    );
    const after = await sql("SELECT * FROM whole ORDER BY id");
    expect(after.at(-1)).toMatchObject({ id: "20001", serial: 20001, status: "after" });
    await convertTable(connection(), specOf("whole"), context()); // does nothing
    await sql("CALL postgres_ha.rollback_conversion('whole')");
    expect(await sql("SELECT * FROM whole ORDER BY id")).toEqual(after);
    expect(await shape()).toEqual(shapeBefore);
    await sql("INSERT INTO whole (status) VALUES ('again')");
    expect((await sql("SELECT id FROM whole ORDER BY id DESC LIMIT 1"))[0]).toEqual({ id: "20002" });
    await expect(convertTable(connection(), specOf("whole"), context())).rejects.toThrow(
      /rolled back at .*abandon_conversion/,
    );
    await sql("CALL postgres_ha.abandon_conversion('whole')");
    await convertTable(
      connection(),
      specOf("whole", { convert: convert.parse({ pause: 0, keepOriginal: false }) }),
      context(),
    );
    expect((await sql("SELECT count(*)::int AS n FROM whole"))[0]).toEqual({ n: after.length + 1 });
    expect(await sql("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'postgres_ha_%'")).toEqual([]);
    expect((await sql("SELECT phase FROM postgres_ha.conversions ORDER BY id")).map(({ phase }) => phase)).toEqual([
      "abandoned",
      "finished",
    ]);
    expect(await shape()).toEqual(shapeBefore);
  });

  it("is written to all the while, and neither loses nor doubles a row, forth and back", async () => {
    const existing = await busyTable("busy", 40_000);
    const writers = new AcknowledgedWriters(server.url(), "busy", existing);
    const spec = specOf("busy", { convert: convert.parse({ batch: 2000, pause: 0.2, patience: 60 }) });
    await convertTable(connection(), spec, context());
    expect(await kindOf("busy")).toBe("p");
    const swapped = writers.transactions;
    await sleep(500);
    expect(writers.transactions).toBeGreaterThan(swapped);
    await sql("CALL postgres_ha.rollback_conversion('busy')");
    expect(await kindOf("busy")).toBe("r");
    await sleep(300);
    const { rows, longest, errors, transactions } = await writers.stop();
    console.info(`${transactions} transactions, longest ${longest}, ${errors.length} errors: ${[...new Set(errors)]}`);
    expect(await rowsOf("busy")).toEqual(rows);
    expect(errors.filter((error) => !/could not serialize/.test(error))).toEqual([]);
    expect(longest).toBeLessThan(1000);
  });

  it("is converted once, however often the work is killed", async () => {
    const existing = await busyTable("killed", 30_000);
    const writers = new AcknowledgedWriters(server.url(), "killed", existing, 2, 5);
    const spec = specOf("killed", { convert: convert.parse({ batch: 8000, pause: 0, patience: 60 }) });
    let attempts = 0;
    for (let done = false; !done; attempts++) {
      const killed = new Error("killed after a step");
      done = await convertTable(connection(), spec, context(), async () => {
        throw killed;
      }).then(
        () => true,
        async (error) => {
          if (!String(error).includes("killed after a step")) throw error;
          return (
            (await sql("SELECT FROM postgres_ha.conversions WHERE \"table\" = 'public.killed' AND phase = 'swapped'"))
              .length > 0
          );
        },
      );
    }
    expect(attempts).toBeGreaterThan(8);
    const { rows, errors } = await writers.stop();
    expect(await rowsOf("killed")).toEqual(rows);
    expect(errors.filter((error) => !/could not serialize/.test(error))).toEqual([]);
    expect(await sql("SELECT phase FROM postgres_ha.conversions WHERE \"table\" = 'public.killed'")).toEqual([
      { phase: "swapped" },
    ]);
  });

  it("survives the end of its sessions in the middle of a batch and of the change of places", async () => {
    const existing = await busyTable("ended", 60_000);
    const writers = new AcknowledgedWriters(server.url(), "ended", existing, 2, 5);
    const spec = specOf("ended", { convert: convert.parse({ batch: 10_000, pause: 0, patience: 60 }) });
    const ended: Record<string, number> = {};
    let working = true;
    const killer = (async () => {
      const client = new pg.Client(server.url());
      await client.connect();
      while (working) {
        for (const part of ["conversion_copy", "conversion_compare", "conversion_swap", "CREATE INDEX", "VACUUM"]) {
          if ((ended[part] ?? 0) >= 2) continue;
          const { rowCount } = await client.query(
            `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pulumi-resource-postgresql' AND state = 'active' AND query LIKE '%${part}%'`,
          );
          if (rowCount) ended[part] = (ended[part] ?? 0) + 1;
        }
        await sleep(2);
      }
      await client.end();
    })();
    // Keeps the change of places waiting, so that it is met in it.
    const holder = new pg.Client(server.url());
    await holder.connect();
    await holder.query("BEGIN; LOCK TABLE ended IN ROW EXCLUSIVE MODE");
    const run = context();
    const converting = convertTable(connection(), spec, run);
    await sleep(500);
    await holder.query("COMMIT");
    const phase = async () =>
      (await sql("SELECT phase FROM postgres_ha.conversions WHERE \"table\" = 'public.ended'"))[0]?.phase;
    while ((await phase()) === "copying" || (await phase()) === "prepared") await sleep(5);
    await holder.query("BEGIN; LOCK TABLE ended IN ROW EXCLUSIVE MODE");
    while (!ended.conversion_swap) await sleep(5);
    await holder.query("COMMIT");
    await holder.end();
    await converting;
    working = false;
    await killer;
    expect(ended).toMatchObject({ conversion_copy: 2, conversion_swap: 2 });
    const { rows, errors, longest } = await writers.stop();
    console.info(longest, ended, run.told);
    expect(await rowsOf("ended")).toEqual(rows);
    expect(errors.filter((error) => !/could not serialize/.test(error))).toEqual([]);
  });
});
