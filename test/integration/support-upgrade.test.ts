import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Migrations } from "../../components/migrations/index.ts";
import { PartitionedTable, PartitionFunctions } from "../../components/partitions/index.ts";
import { MaterializedView } from "../../components/views/index.ts";
import type { Connection } from "../../provider/sql/connection.ts";
import { Engine } from "../fixtures/stand-ins/engine.ts";
import { makeDatabase } from "../support/in-database.ts";
import { startPostgres, type ThrowawayPostgres, withCron } from "../support/postgres.ts";
import { query } from "../support/sql.ts";

/** The library is upgraded, and the program stays as it is: what it keeps in a database follows with the next `up`. */
let engine: Engine;
let server: ThrowawayPostgres;
let database: Connection;
let stack: Stack;

const kept = { protect: false };
const columns = [{ name: "at", type: "timestamptz" }];
const table = { table: "orders", columns, primaryKey: ["at"], column: "at", interval: "month" as const };
const view = { name: "counted", query: "SELECT 1 AS id", uniqueIndex: ["id"], refresh: "15 * * * *" };

beforeAll(async () => {
  [engine, server] = await Promise.all([Engine.start("postgres-ha"), startPostgres(withCron)]);
  database = await makeDatabase(server, "upgraded");
  stack = await engine.stack(async () => {
    new Migrations("m", { database, files: [{ name: "1.sql", sql: "CREATE TABLE t (id int)" }] }, kept);
    new PartitionedTable("p", { database, ...table }, kept);
    new PartitionFunctions("f", { database, schema: "public" }, kept);
    new MaterializedView("v", { database, ...view }, kept);
  });
});
afterAll(async () => {
  await stack?.destroy().catch(() => undefined);
  await engine?.remove();
  await server?.remove();
});

/** As an earlier version left them: in the state without a trace, or with a fingerprint of its own, and in the database without a function. */
async function leaveAsBefore(support: string | undefined): Promise<void> {
  const exported = await stack.exportStack();
  for (const resource of exported.deployment.resources)
    for (const bag of [resource.inputs, resource.outputs])
      if (bag?.support !== undefined) {
        if (support === undefined) delete bag.support;
        else bag.support = support;
      }
  await stack.importStack(exported);
  await query(
    server.url(database.database),
    "COMMENT ON SCHEMA postgres_ha IS 'another version'; DROP VIEW postgres_ha.locks; DROP FUNCTION postgres_ha.lock_waits()",
  );
}

describe("an upgrade", () => {
  it("shows in the preview, reaches the database with the next up, and is no change after that", async () => {
    await stack.up();
    expect((await stack.preview()).changeSummary).toEqual({ same: 5 });
    for (const before of [undefined, "0123456789abcdef"]) {
      await leaveAsBefore(before);
      const preview = await stack.preview();
      expect(preview.stdout).toContain("the functions of postgres_ha are brought up to date");
      expect(preview.changeSummary).toEqual({ same: 1, update: 4 });
      await stack.up();
      expect(await query(server.url(database.database), "SELECT FROM postgres_ha.locks")).toEqual([]);
      expect((await stack.preview()).changeSummary).toEqual({ same: 5 });
    }
    await stack.refresh();
    expect((await stack.preview()).changeSummary).toEqual({ same: 5 });
  });
});
