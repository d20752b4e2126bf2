import { setTimeout as sleep } from "node:timers/promises";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { convert } from "../../components/partitions/convert.ts";
import { type ConversionSpec, convertTable } from "../../provider/conversion/convert-table.ts";
import { inAShortMoment } from "../../provider/conversion/locks.ts";
import { refuseUnfinishedConversion } from "../../provider/conversion/unfinished.ts";
import { partitionedTable } from "../../provider/partitions/partitioned-table.ts";
import { serverOf } from "../../provider/sql/connection.ts";
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
      CREATE VIEW recent WITH (security_barrier = true) AS SELECT id, status FROM whole WHERE id % 3 = 0 ORDER BY id; CREATE VIEW newest AS SELECT max(id) FROM recent;
      GRANT SELECT ON recent TO reader;
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
        (SELECT jsonb_build_array(relacl::text, reloptions, pg_get_viewdef(oid), (SELECT max FROM newest) = (SELECT max(id) FROM whole WHERE id % 3 = 0)) FROM pg_class WHERE oid = 'recent'::regclass) AS view,
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
    const rollback = () => sql("CALL postgres_ha.rollback_conversion('busy')");
    const cutShort = rollback().catch(String);
    const end = () =>
      sql(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE 'CALL postgres_ha.rollback%' AND state = 'active'",
      );
    while ((await end()).length === 0) await sleep(5);
    expect(await cutShort).toMatch(/terminat/);
    if ((await kindOf("busy")) === "p") await rollback();
    expect(await kindOf("busy")).toBe("r");
    await sleep(300);
    const { rows, longest, errors } = await writers.stop();
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
    const { rows, errors } = await writers.stop();
    expect(await rowsOf("ended")).toEqual(rows);
    expect(errors.filter((error) => !/could not serialize/.test(error))).toEqual([]);
  });

  it("is refused with all that stands in the way, before anything is touched", async () => {
    await sql(`CREATE EXTENSION IF NOT EXISTS btree_gist;
      CREATE TABLE wrong (id bigint PRIMARY KEY, created_at timestamptz, status text, number text UNIQUE, span int4range, customer bigint,
        CONSTRAINT positive CHECK (id > 0) NO INHERIT, EXCLUDE USING gist (span WITH &&));
      CREATE TABLE customers (id bigint PRIMARY KEY); CREATE TABLE items (id bigint REFERENCES wrong);
      ALTER TABLE wrong ADD FOREIGN KEY (customer) REFERENCES customers; ALTER TABLE wrong ADD CHECK (id < 1000000) NOT VALID;
      CREATE VIEW seen AS SELECT id FROM wrong; CREATE VIEW grouped AS SELECT id, status FROM wrong GROUP BY id; CREATE MATERIALIZED VIEW kept AS SELECT count(*) FROM wrong;
      CREATE FUNCTION of_rows() RETURNS SETOF wrong LANGUAGE sql AS 'SELECT * FROM wrong';
      CREATE FUNCTION inlined() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT count(*) FROM wrong; END;
      CREATE RULE nothing AS ON DELETE TO wrong WHERE old.id = 0 DO NOTHING;
      ALTER TABLE wrong ENABLE ROW LEVEL SECURITY; CREATE POLICY own ON wrong USING (true); CREATE PUBLICATION out FOR TABLE wrong;
      CREATE CONSTRAINT TRIGGER checked AFTER INSERT ON wrong FOR EACH ROW EXECUTE FUNCTION touch();
      CREATE TRIGGER counted AFTER INSERT ON wrong REFERENCING NEW TABLE AS new FOR EACH ROW EXECUTE FUNCTION touch();
      CREATE TABLE wrong_y2024m05 (); ALTER TABLE wrong DISABLE TRIGGER USER; INSERT INTO wrong VALUES (1, NULL), (2, '2024-04-01'), (3, 'infinity')`);
    const schema = () =>
      sql(`SELECT array_agg(relname::text ORDER BY oid) AS relations, (SELECT array_agg(tgname::text ORDER BY oid) FROM pg_trigger) AS triggers,
        (SELECT array_agg(nspname::text ORDER BY oid) FROM pg_namespace WHERE nspname !~ '^pg_(toast_)?temp') AS schemas FROM pg_class WHERE relnamespace::regnamespace::text !~ '^pg_'`);
    const before = await schema();
    const refused = await convertTable(connection(), specOf("wrong"), context()).catch(String);
    for (const name of [
      ...[
        "wrong_number_key",
        "created_at of the key may be NULL",
        "1 row has NULL",
        "1 row has infinity",
        "positive",
        "wrong_span_excl",
        "items_id_fkey of public.items",
      ],
      ...[
        "wrong_id_check",
        "view public.grouped",
        "materialized view public.kept",
        "function public.of_rows()",
        "function public.inlined()",
        "nothing",
        "row security (own)",
        "publications hold it: out",
      ],
      ...[
        "constraint triggers are not carried over: checked",
        "transition tables are not possible on a partitioned table: counted",
        "wrong_y2024m05",
      ],
    ]) {
      expect(refused).toContain(name);
    }
    expect(await schema()).toEqual(before);
    await expect(convertTable(connection(), specOf("nowhere"), context())).rejects.toThrow(/there is no such table/);
    await expect(convertTable(connection(), specOf("seen"), context())).rejects.toThrow(/it is a view/);
    await sql("CREATE UNLOGGED TABLE parent (id int, created_at text); CREATE TABLE heir () INHERITS (parent)");
    await expect(convertTable(connection(), specOf("parent"), context())).rejects.toThrow(
      /of type text[\s\S]*no unique index[\s\S]*unlogged[\s\S]*heir inherit/,
    );
  });

  it("waits for those who hold it without keeping others waiting, and says who they are", async () => {
    await busyTable("held", 1000);
    const holder = new pg.Client({ connectionString: server.url(), application_name: "nightly report" });
    await holder.connect();
    await holder.query("BEGIN; UPDATE held SET status = 'held' WHERE id = 1");
    const impatient = specOf("held", { convert: convert.parse({ pause: 0, patience: 3 }) });
    const run = context();
    const converting = convertTable(connection(), impatient, run).catch(String);
    const others = new AcknowledgedWriters(server.url(), "held", [], 2, 5);
    expect(await converting).toMatch(
      /cannot log the changes of public\.held: tried \d+ times in 3 s, and it is held by process \d+ \(postgres nightly report\), idle in transaction, .*UPDATE held/,
    );
    expect(run.told.at(-1)).toContain("nightly report");
    expect((await others.stop()).longest).toBeLessThan(1000);
    await holder.query("COMMIT");
    // A snapshot from before the copy would find the new table empty.
    await holder.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM pg_class LIMIT 1");
    const again = await convertTable(connection(), impatient, run).catch(String);
    expect(again).toMatch(
      /cannot change places with public\.held: .*process \d+ \(postgres nightly report\) has had a snapshot since/,
    );
    await holder.query("COMMIT");
    await convertTable(connection(), impatient, run);
    await holder.end();
    expect(await kindOf("held")).toBe("p");
  });

  it("fails a transaction that has an older snapshot than the change of places, and changes nothing in silence", async () => {
    await busyTable("fenced", 1000);
    const [old, holder] = [new pg.Client(server.url()), new pg.Client(server.url())];
    await Promise.all([old.connect(), holder.connect()]);
    let taken = false;
    const run = context();
    const converting = convertTable(connection(), specOf("fenced"), run, async () => {
      const [state] = await sql("SELECT phase FROM postgres_ha.conversions WHERE \"table\" = 'public.fenced'");
      if (state?.phase !== "verified" || taken) return;
      taken = true;
      await holder.query("BEGIN; LOCK TABLE fenced IN ROW EXCLUSIVE MODE");
    });
    while (!run.told.some((line) => line.includes("waiting for a moment to change places"))) await sleep(20);
    await sql("INSERT INTO fenced VALUES (1001, now(), 'late')");
    await old.query("BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT 1 FROM pg_class LIMIT 1");
    await holder.query("COMMIT");
    await converting;
    await holder.end();
    await expect(old.query("UPDATE fenced SET status = 'lost' WHERE id = 1001")).rejects.toMatchObject({
      code: "40001",
    });
    await old.query("ROLLBACK");
    await old.query("BEGIN ISOLATION LEVEL REPEATABLE READ");
    expect((await old.query("UPDATE fenced SET status = 'seen' WHERE id = 1001")).rowCount).toBe(1);
    await old.query("COMMIT");
    await old.end();
  });

  it("goes on after the table was rewritten, and stops where its definition was changed", async () => {
    await busyTable("rewritten", 20_000);
    await sql("DELETE FROM rewritten WHERE id % 2 = 0");
    let turns = 0;
    await convertTable(
      connection(),
      specOf("rewritten", { convert: convert.parse({ batch: 3000, pause: 0 }) }),
      context(),
      async () => {
        turns += 1;
        if (turns === 4)
          await sql(
            "UPDATE rewritten SET status = 'again' WHERE id > 19000; CLUSTER rewritten USING rewritten_created_at",
          );
      },
    );
    expect(
      (
        await sql(
          "SELECT count(*)::int AS n, count(DISTINCT id)::int AS keys, count(*) FILTER (WHERE status = 'again')::int AS again FROM rewritten",
        )
      )[0],
    ).toEqual({
      n: 10_000,
      keys: 10_000,
      again: 500,
    });
    await busyTable("altered", 20_000);
    turns = 0;
    const altered = convertTable(connection(), specOf("altered"), context(), async () => {
      turns += 1;
      if (turns === 4) await sql("ALTER TABLE altered ADD COLUMN more int NOT NULL DEFAULT 7");
    });
    await expect(altered).rejects.toThrow(/definition of table public\.altered was changed.*abandon_conversion/);
    await expect(sql("TRUNCATE altered")).rejects.toThrow(/TRUNCATE of public.altered is refused/);
    await sql("CALL postgres_ha.abandon_conversion('altered')");
    expect((await sql("SELECT count(*)::int AS n FROM altered WHERE more = 7"))[0]).toEqual({ n: 20_000 });
    await convertTable(connection(), specOf("altered"), context());
    expect((await sql("SELECT count(*)::int AS n FROM altered WHERE more = 7"))[0]).toEqual({ n: 20_000 });
  });

  it("stays in its place where the copy differs, with the keys that do", async () => {
    await busyTable("differing", 5000);
    let spoilt = false;
    const differing = convertTable(connection(), specOf("differing"), context(), async () => {
      const [state] = await sql("SELECT id, phase FROM postgres_ha.conversions WHERE \"table\" = 'public.differing'");
      if (state?.phase !== "vacuumed" || spoilt) return;
      spoilt = true;
      await sql(
        `UPDATE postgres_ha_new_${state.id}.differing SET status = 'spoilt' WHERE id = 17; DELETE FROM postgres_ha_new_${state.id}.differing WHERE id = 4711`,
      );
    });
    await expect(differing).rejects.toThrow(/5000 rows with checksum .* against 4999 .*\(17,.*\(4711,/);
    expect(await kindOf("differing")).toBe("r");
  });

  it("is converted once where two ask for it at once", async () => {
    await busyTable("twice", 20_000);
    const [first, second] = [context(), context()];
    const one = convertTable(connection(), specOf("twice"), first);
    // Sessions of one provider take turns; this one is another's.
    const other = { ...connection(), host: "localhost" };
    await Promise.all([one, convertTable(other, specOf("twice"), second)]);
    expect([...first.told, ...second.told].join()).toMatch(/another session converts it/);
    expect(await sql("SELECT phase FROM postgres_ha.conversions WHERE \"table\" = 'public.twice'")).toEqual([
      { phase: "swapped" },
    ]);
    expect(await rowsOf("twice")).toHaveLength(20_000);
  });

  it("does not go back where the original has no place for what was written", async () => {
    await busyTable("ahead", 1000);
    await convertTable(connection(), specOf("ahead"), context());
    const back = () => sql("CALL postgres_ha.rollback_conversion('ahead')");
    await sql("INSERT INTO ahead VALUES (1, '2024-08-08', 'twice')");
    await expect(back()).rejects.toThrow(/duplicate key value/);
    await sql("DELETE FROM ahead WHERE status = 'twice'; ALTER TABLE ahead ADD COLUMN more text");
    await expect(back()).rejects.toThrow(/columns of .*ahead were changed since it was converted: more text/);
    await sql("CALL postgres_ha.finish_conversion('ahead')");
    expect(await rowsOf("ahead")).toHaveLength(1000);
  });

  it("goes back with rows that no trigger saw, and finishes after retention has removed some", async () => {
    await busyTable("attached", 1000);
    await convertTable(connection(), specOf("attached"), context());
    const [{ first } = { first: "" }] = await sql<{ first: string }>(
      "SELECT count(*)::text AS first FROM attached WHERE created_at < '2024-02-01'",
    );
    await sql(`DROP TABLE attached_y2024m01; CREATE TABLE other (LIKE attached); INSERT INTO other VALUES (5000, '1999-01-01', 'attached');
      ALTER TABLE attached ATTACH PARTITION other FOR VALUES FROM ('1999-01-01') TO ('1999-02-01')`);
    const kept = await rowsOf("attached");
    await sql("CALL postgres_ha.rollback_conversion('attached')");
    const back = await rowsOf("attached");
    expect(back).toEqual(expect.arrayContaining(kept));
    // What retention removed is in the original still.
    expect(back).toHaveLength(kept.length + Number(first));
    await busyTable("retained", 1000);
    await convertTable(connection(), specOf("retained"), context());
    await sql("DROP TABLE retained_y2024m01; UPDATE retained SET status = 'later' WHERE id = 500");
    await sql("CALL postgres_ha.finish_conversion('retained')");
    expect(
      await sql("SELECT phase, saved_original FROM postgres_ha.conversions WHERE \"table\" = 'public.retained'"),
    ).toEqual([{ phase: "finished", saved_original: null }]);
  });

  it("keeps its foreign keys, on the table that is in use and on no other", async () => {
    await sql(
      "CREATE TABLE people (id bigint PRIMARY KEY, name text); INSERT INTO people SELECT i, 'x' FROM generate_series(1, 100) AS i",
    );
    await busyTable("referring", 20_000);
    await sql(`ALTER TABLE referring ADD COLUMN person bigint CONSTRAINT of_person REFERENCES people ON DELETE CASCADE, ADD COLUMN friend bigint REFERENCES people (id) DEFERRABLE;
      UPDATE referring SET person = 1 + id % 100; UPDATE referring SET friend = 7 WHERE person = 8`);
    const keys = () =>
      sql(
        "SELECT conname, pg_get_constraintdef(oid) AS definition, convalidated FROM pg_constraint WHERE conrelid = 'referring'::regclass AND contype = 'f' ORDER BY 1",
      );
    const before = await keys();
    expect(before).toHaveLength(2);
    const deletion = () => sql("DELETE FROM people WHERE id = 5");
    const referring = async (id: number) =>
      (await sql(`SELECT count(*)::int AS n FROM referring WHERE person = ${id}`))[0]?.n;
    let during = false;
    await convertTable(connection(), specOf("referring"), context(), async () => {
      if (
        during ||
        (await sql("SELECT FROM postgres_ha.conversions WHERE \"table\" = 'public.referring' AND phase = 'copied'"))
          .length === 0
      )
        return;
      during = true;
      await sql("DELETE FROM people WHERE id = 3");
    });
    expect(during).toBe(true);
    expect(await keys()).toEqual(before);
    expect(
      await sql(
        "SELECT conrelid::regclass::text FROM pg_constraint WHERE confrelid = 'people'::regclass AND conparentid = 0",
      ),
    ).toEqual([{ conrelid: "referring" }, { conrelid: "referring" }]);
    await deletion();
    expect([await referring(3), await referring(5), await referring(6)]).toEqual([0, 0, 200]);
    await expect(sql("UPDATE referring SET person = 1000 WHERE id = 1")).rejects.toThrow(/of_person/);
    await expect(sql("DELETE FROM people WHERE id = 7")).rejects.toThrow(/friend/);
    await sql("CALL postgres_ha.rollback_conversion('referring')");
    expect(await keys()).toEqual(before);
    await sql("DELETE FROM people WHERE id = 6");
    expect([await referring(3), await referring(5), await referring(6), await referring(9)]).toEqual([0, 0, 0, 200]);
    expect(
      await sql("SELECT DISTINCT conrelid::regclass::text FROM pg_constraint WHERE confrelid = 'people'::regclass"),
    ).toEqual([{ conrelid: "referring" }]);
    await sql("CALL postgres_ha.abandon_conversion('referring')");
  });

  it("never runs code of its owner as a superuser, from the survey to both ends", async () => {
    await sql(`CREATE ROLE tenant; CREATE SCHEMA tenancy AUTHORIZATION tenant; CREATE SEQUENCE tenancy.caught; GRANT USAGE, SELECT ON SEQUENCE tenancy.caught TO PUBLIC; SELECT nextval('tenancy.caught');
      SET ROLE tenant;
      CREATE FUNCTION tenancy.trap(bigint) RETURNS bigint LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN
        IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN PERFORM nextval('tenancy.caught'); END IF;
        RETURN $1;
      END $$;
      CREATE TABLE tenancy.others (id bigint PRIMARY KEY); INSERT INTO tenancy.others SELECT generate_series(1, 100);
      CREATE TABLE tenancy.trapped (id bigint PRIMARY KEY CHECK (tenancy.trap(id) > 0 AND tenancy.trap(1) = 1), created_at timestamptz NOT NULL, other bigint REFERENCES tenancy.others,
        twice bigint GENERATED ALWAYS AS (tenancy.trap(id) * 2) STORED);
      INSERT INTO tenancy.trapped (id, created_at, other) SELECT i, timestamptz '2024-01-01 00:00+00' + (i % 100) * interval '1 day', i FROM generate_series(1, 100) AS i;
      CREATE INDEX trapped_idx ON tenancy.trapped ((tenancy.trap(id) + tenancy.trap(1))) WHERE tenancy.trap(2) = 2`);
    // That it catches a superuser.
    await sql("EXPLAIN SELECT FROM tenancy.trapped");
    const caught = async () => (await sql<{ n: number }>("SELECT last_value::int AS n FROM tenancy.caught"))[0]?.n;
    const before = await caught();
    expect(before).toBeGreaterThan(1);
    const write = (id: number) =>
      sql(`SET ROLE tenant; INSERT INTO tenancy.trapped (id, created_at, other) VALUES (${id}, '2024-02-02', 1);
        UPDATE tenancy.trapped SET other = 2 WHERE id = ${(id % 50) + 1}; DELETE FROM tenancy.trapped WHERE id = ${(id % 50) + 2}`);
    const spec = specOf("trapped", { schema: "tenancy" });
    let turns = 200;
    await convertTable(connection(), spec, context(), async () => {
      if (turns < 215) await write(turns++);
    });
    expect([await caught(), await kindOf("tenancy.trapped")]).toEqual([before, "p"]);
    await write(300);
    const rows = "SET ROLE tenant; SELECT id, twice, other FROM tenancy.trapped ORDER BY id";
    const swapped = await sql(rows);
    await sql("CALL postgres_ha.rollback_conversion('tenancy.trapped')");
    expect(await sql(rows)).toEqual(swapped);
    expect(await caught()).toBe(before);
    await sql("CALL postgres_ha.abandon_conversion('tenancy.trapped')");
    await convertTable(connection(), spec, context());
    await write(301);
    await sql("CALL postgres_ha.finish_conversion('tenancy.trapped')");
    expect(await caught()).toBe(before);
    expect(
      await sql("SELECT FROM pg_namespace WHERE nspname LIKE 'postgres_ha_%' AND pg_get_userbyid(nspowner) = 'tenant'"),
    ).toEqual([]);
  });

  it("is not left by itself in the middle", async () => {
    await busyTable("leaving", 100);
    const refuse = () =>
      serverOf(connection(), context()).session({
        purpose: "test",
        run: (session) => refuseUnfinishedConversion(session, { schema: "public", table: "leaving" }),
      });
    await refuse();
    const spec = specOf("leaving");
    let turns = 0;
    const stopped = convertTable(connection(), spec, context(), async () => {
      turns += 1;
      if (turns === 2) throw new Error("stopped");
    });
    await expect(stopped).rejects.toThrow("stopped");
    const told = String(await refuse().catch(String));
    expect(told).toContain("is in the middle of its conversion");
    const declared = {
      database: connection(),
      schema: "public",
      table: "leaving",
      column: "created_at",
      interval: "month",
    };
    const remove = () =>
      partitionedTable.delete(
        {} as never,
        "leaving",
        { ...declared, ahead: 2, schedule: "0 2 * * *", convert: spec.convert },
        context(),
      );
    await expect(remove()).rejects.toThrow("is in the middle of its conversion");
    await sql(/CALL [^;,]*\)/.exec(told)?.[0] ?? "");
    await refuse();
    expect(await sql(`SELECT FROM pg_trigger WHERE tgrelid = 'leaving'::regclass`)).toEqual([]);
    await convertTable(connection(), spec, context());
    await refuse();
  });

  it("has one limit for all that is done while writers wait", async () => {
    await busyTable("limited", 10);
    const spec = specOf("limited", { convert: convert.parse({ maxWait: 0.8, patience: 1 }) });
    const attempt = serverOf(connection(), context()).session({
      purpose: "test",
      run: (session) =>
        inAShortMoment(
          session,
          spec,
          context(),
          {
            purpose: "hold",
            run: async (limited) => [await limited("SELECT pg_sleep(0.5)"), await limited("SELECT pg_sleep(0.5)")],
          },
          async () => {},
        ),
    });
    await expect(attempt).rejects.toThrow(/cannot hold public.limited.*statement timeout.*raise convert.maxWait/);
  });

  it("may have any name, and so may its columns and indexes", async () => {
    await sql(`CREATE TABLE "d$$'d" (id bigint, created_at timestamptz NOT NULL, "st$$at'us" text, "k$conversion$ey" int, PRIMARY KEY (id, "k$conversion$ey"));
      CREATE INDEX "i$conversion$'x$$" ON "d$$'d" ("st$$at'us"); COMMENT ON TABLE "d$$'d" IS '$$';
      INSERT INTO "d$$'d" SELECT i, timestamptz '2024-01-01 00:00+00' + i * interval '1 day', 'x', 1 FROM generate_series(1, 100) AS i`);
    const spec = specOf("d$$'d", { primaryKey: ["id", "k$conversion$ey", "created_at"] });
    await convertTable(connection(), spec, context(), async () => {
      await sql(`UPDATE "d$$'d" SET "st$$at'us" = 'seen' WHERE id = 7`);
    });
    expect(
      await sql(`SELECT relkind, (SELECT count(*)::int FROM "d$$'d") AS rows, (SELECT "st$$at'us" FROM "d$$'d" WHERE id = 7) AS status,
      to_regclass('"i$conversion$''x$$"') IS NOT NULL AS indexed FROM pg_class WHERE relname = 'd$$''d' AND relnamespace = 'public'::regnamespace`),
    ).toEqual([{ relkind: "p", rows: 100, status: "seen", indexed: true }]);
  });

  it("makes the partitions for what is written meanwhile, and names what is too far off for any", async () => {
    await busyTable("meanwhile", 1000);
    let turns = 0;
    const spec = specOf("meanwhile", { convert: convert.parse({ batch: 100, pause: 0 }) });
    const converting = convertTable(connection(), spec, context(), async () => {
      turns += 1;
      // Before the trigger is there, with it, and beyond all measure.
      if (turns === 1) await sql("INSERT INTO meanwhile VALUES (5001, '2031-05-05', 'early')");
      if (turns === 3) await sql("INSERT INTO meanwhile VALUES (5002, '2019-05-05', 'later')");
      if (turns === 5) await sql("INSERT INTO meanwhile VALUES (5003, '9999-12-31', 'never')");
    });
    await expect(converting).rejects.toThrow(
      /too far off for partitions, between .* and 9999-12-31 00:00:00 UTC.*run up again/,
    );
    await sql("UPDATE meanwhile SET created_at = '2030-01-01' WHERE id = 5003");
    await convertTable(connection(), spec, context());
    const [where] = await sql(
      "SELECT array_agg(tableoid::regclass::text ORDER BY id) AS children FROM meanwhile WHERE id > 5000",
    );
    expect(where?.children).toEqual(["meanwhile_y2031m05", "meanwhile_y2019m05", "meanwhile_y2030m01"]);
    expect(await rowsOf("meanwhile")).toHaveLength(1003);
  });
});
