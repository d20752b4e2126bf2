import type pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { convert } from "../../components/partitions/convert.ts";
import { type ConversionSpec, convertTable } from "../../provider/conversion/convert-table.ts";
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
});
