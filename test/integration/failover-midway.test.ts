import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { migrationOf } from "../../components/migrations/file.ts";
import { loadScanner } from "../../components/migrations/scanner.ts";
import { migrations } from "../../provider/migrations/migrations.ts";
import { crash, execute, mustExecute } from "../support/docker.ts";
import { oneOfEach } from "../support/running-example.ts";
import { eventually } from "../support/sql.ts";
import { TestStack } from "../support/stack.ts";

/** The primary dies in the middle of what `up` and the schedule do: a second run completes it, and nothing is done twice. */
const stack = new TestStack("midway", "sagaz");
const members = ["postgres-1", "postgres-2", "postgres-3"];
const { cluster: _, ...small } = oneOfEach;

beforeAll(() => stack.configure({ docker: { name: stack.prefix, portOffset: 23700 }, postgres: small }));
afterAll(() => stack.remove());

async function leader(): Promise<string> {
  for (const member of members) {
    const { code, output } = await execute(stack.container(member), ["psql", "-XAtc", "SELECT pg_is_in_recovery()"]);
    if (code === 0 && output.trim() === "f") return member;
  }
  throw new Error("no member is the primary");
}

/** On whichever member is the primary by then. */
function ask(sql: string): Promise<string> {
  const psql = ["psql", "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", "sagaz", "-c", sql];
  const quiet = ["PGOPTIONS=-c client_min_messages=warning"];
  return eventually(async () => (await mustExecute(stack.container(await leader()), psql, quiet)).trim(), 60);
}

const tables = ["saga_executions", "saga_outbox", "saga_audit_log"];
const problems = async () =>
  (
    await Promise.all(
      tables.map((table) => ask(`SELECT "check", detail FROM postgres_ha.verify_partitions('${table}') WHERE NOT ok`)),
    )
  ).join("");

describe("the primary dies", () => {
  it("in the middle of an up: the next one completes it, and changes nothing after that", async () => {
    const first = stack.run("up");
    const ended = first.then(({ stdout, stderr }) => {
      throw new Error(`it ended before: ${stdout}\n${stderr}`);
    });
    const reached = eventually(async () => {
      const there = await execute(stack.container(await leader()), [
        ...["psql", "-XAt", "-d", "sagaz", "-c", "SELECT count(*) FROM partman.part_config"],
      ]);
      expect(Number(there.output)).toBeGreaterThan(0);
    }, 240);
    await Promise.race([reached, ended]);
    await crash(stack.container(await leader()));
    const { code } = await first;
    // The provider waits for the next primary, so the first one may come through as well.
    if (code !== 0) await stack.up();
    const again = await stack.up();
    expect(Object.keys(again.changes)).toEqual(["same"]);
    expect(await problems()).toBe("");
    expect(await ask("SELECT count(*) = count(DISTINCT name) FROM postgres_ha.migrations")).toBe("t");
  }, 360_000);

  it("in the middle of a migration: each file has run once after the second", async () => {
    const scanner = await loadScanner();
    const files = Array.from({ length: 5 }, (_, index) => {
      const sql = `CREATE TABLE IF NOT EXISTS tally (file int); INSERT INTO tally VALUES (${index}); SELECT pg_sleep(0.5);`;
      return migrationOf(scanner, { name: `${index}.sql`, sql }).migration;
    });
    const { primaryUrl, credentials } = await stack.outputs();
    const { hostname, port } = new URL(primaryUrl);
    const superuser = credentials.superuser ?? { user: "", password: "" };
    const database = { host: hostname, port: Number(port), ...superuser, database: "sagaz", owner: "sagaz" };
    const context = { urn: "urn:midway", log: () => undefined, tell: () => undefined };
    const inputs = { database, history: "midway", files };
    const first = migrations.create(undefined, inputs, context).catch(() => undefined);
    await eventually(async () => expect(await ask("SELECT count(*) FROM tally")).not.toBe("0"), 20);
    await crash(stack.container(await leader()));
    await first;
    await migrations.create(undefined, inputs, context);
    expect(await ask("SELECT string_agg(file::text, ',' ORDER BY file) FROM tally")).toBe("0,1,2,3,4");
  });

  it("in the middle of the maintenance: the next run makes what is missing", async () => {
    const future = await ask(
      `SELECT string_agg(format('DROP TABLE %s', inhrelid::regclass), ';') FROM pg_inherits JOIN pg_class ON pg_class.oid = inhrelid
       WHERE inhparent = 'saga_outbox'::regclass AND relname > 'saga_outbox_y' || to_char(now(), 'YYYY"m"MM"d"DD')`,
    );
    await ask(future);
    expect(await problems()).not.toBe("");
    const primary = await leader();
    const inPrimary = (sql: string) =>
      execute(stack.container(primary), ["psql", "-XqAt", "-d", "sagaz", "-c", sql]).catch(() => undefined);
    // So that it is in the middle for as long as it takes to see that.
    const holding = inPrimary("BEGIN; LOCK TABLE saga_outbox IN SHARE UPDATE EXCLUSIVE MODE; SELECT pg_sleep(120)");
    await eventually(
      async () => expect(await ask("SELECT count(*) FROM pg_stat_activity WHERE wait_event = 'PgSleep'")).toBe("1"),
      20,
    );
    const run = inPrimary("CALL postgres_ha.maintain_partitions('0 2 * * *')");
    const midway = `SELECT count(*) FROM postgres_ha.partition_log WHERE table_name = 'saga_outbox' AND finished_at IS NULL
      AND EXISTS (SELECT FROM pg_stat_activity WHERE query LIKE 'CALL postgres_ha.maintain%' AND wait_event_type = 'Lock')`;
    await eventually(async () => expect(await ask(midway)).toBe("1"), 20);
    await crash(stack.container(primary));
    await Promise.all([holding, run]);
    await ask("CALL postgres_ha.maintain_partitions('0 2 * * *')");
    expect(await problems()).toBe("");
  });
});
