import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PreviewResult, Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ScheduledJob } from "../../components/jobs/index.ts";
import { Migrations } from "../../components/migrations/index.ts";
import { MaterializedView } from "../../components/views/index.ts";
import type { Connection } from "../../provider/sql/connection.ts";
import { Engine } from "../fixtures/stand-ins/engine.ts";
import { makeDatabase } from "../support/in-database.ts";
import { startPostgres, type ThrowawayPostgres, withCron } from "../support/postgres.ts";
import { query } from "../support/sql.ts";

/** What a person sees of migrations, and of what comes after them, before and while they run, through the real engine. */
let engine: Engine;
let server: ThrowawayPostgres;
let database: Connection;
let stack: Stack;
let directory: string;
let counted = "SELECT id FROM t";

beforeAll(async () => {
  [engine, server] = await Promise.all([Engine.start("postgres-ha"), startPostgres(withCron)]);
  database = await makeDatabase(server, "previewed");
  directory = await mkdtemp(join(tmpdir(), "migrations-"));
  stack = await engine.stack(async () => {
    const migrations = new Migrations("orders", { database, directory }, { protect: false });
    const after = { dependsOn: migrations, protect: false };
    new ScheduledJob("tidy", { database, schedule: "0 3 * * *", command: "DELETE FROM t WHERE id < 0" }, after);
    const kept = { database, name: "counted", uniqueIndex: ["id"], refresh: "15 * * * *" };
    new MaterializedView("counted", { ...kept, query: counted }, after);
  });
});
afterAll(async () => {
  await stack?.destroy().catch(() => undefined);
  await engine?.remove();
  await server?.remove();
  await rm(directory, { recursive: true, force: true });
});

const write = (name: string, text: string) => writeFile(join(directory, name), text);
const said = async (result: Promise<Pick<PreviewResult, "stdout">>) => (await result).stdout;

describe("migrations of a program", () => {
  it("are read before anything runs: every wrong line of every file", async () => {
    await write("1_a.sql", "SELECT 1;\n\\i other.sql\n");
    await write("2_b.sql", "SELECT 'open;\n");
    await expect(stack.preview()).rejects.toThrow(
      /Migrations "orders": 2 problems\n.*1_a\.sql, line 2: \\i is a command of psql.*\n.*2_b\.sql, line 1: unterminated quoted string/,
    );
  });

  it("are named by the preview that makes them, and run", async () => {
    await write("1_a.sql", "CREATE TABLE t (id int);\nINSERT INTO t VALUES (1);");
    await write("2_b.sql", "-- no-transaction\nVACUUM t;");
    const preview = await said(stack.preview());
    expect(preview).toContain("runs 1_a.sql: 2 statements, in one transaction");
    expect(preview).toContain("runs 2_b.sql: 1 statement, each by itself");
    expect(await said(stack.up())).toContain("ran 2_b.sql");
    expect((await stack.up()).summary.resourceChanges).not.toHaveProperty("update");
  });

  it("that are new are named by the preview of an update, and nothing else is", async () => {
    await write("10_c.sql", "INSERT INTO t VALUES (2);");
    const preview = await said(stack.preview());
    expect(preview).toContain("runs 10_c.sql");
    expect(preview).not.toContain("1_a.sql:");
    await stack.up();
    expect(await query(server.url("previewed"), "SELECT id FROM t ORDER BY id")).toEqual([{ id: 1 }, { id: 2 }]);
  });

  it("that changed, or come before what ran, are refused by the preview with their names", async () => {
    await write("10_c.sql", "INSERT INTO t VALUES (3);");
    await write("3_d.sql", "SELECT 1;");
    await expect(stack.preview()).rejects.toThrow(
      /10_c\.sql has changed since it ran.*3_d\.sql is new and comes before 10_c\.sql/s,
    );
  });

  it("are known again after a refresh", async () => {
    await write("10_c.sql", "INSERT INTO t VALUES (2);");
    await rm(join(directory, "3_d.sql"));
    await stack.refresh();
    expect((await stack.preview({ expectNoChanges: true })).changeSummary).not.toHaveProperty("update");
  });
});

describe("what comes after them", () => {
  it("is there, and a preview says what another query does", async () => {
    const jobs = await query(server.url(), "SELECT jobname FROM cron.job WHERE database = 'previewed' ORDER BY 1");
    expect(jobs.map(({ jobname }) => jobname)).toEqual(["previewed: refresh public.counted", "previewed: tidy"]);
    counted = "SELECT id, count(*) FROM t GROUP BY 1";
    expect(await said(stack.preview())).toContain("public.counted: another query: a new view is built beside it");
    await stack.up();
    expect(await query(server.url("previewed"), "SELECT count FROM counted")).toHaveLength(2);
  });

  it("is ended by destroy, which leaves tables, views and the record", async () => {
    await stack.destroy();
    expect(await query(server.url(), "SELECT FROM cron.job WHERE database = 'previewed'")).toEqual([]);
    expect(await query(server.url("previewed"), "SELECT id FROM counted")).toHaveLength(2);
    const preview = await said(stack.preview());
    expect(preview).toMatch(/runs 1_a\.sql.*left out where the database's record has it/);
    expect(await said(stack.up())).not.toContain("ran 1_a.sql");
  });
});
