import { describe, expect, it } from "vitest";
import { byName } from "./directory.ts";
import { migrationOf } from "./file.ts";
import { loadScanner } from "./scanner.ts";

const scanner = await loadScanner();
const read = (sql: string) => migrationOf(scanner, { name: "1.sql", sql });
const mistakes = (sql: string) => read(sql).mistakes.map(({ line, message }) => `${line}: ${message}`);

describe("a migration", () => {
  it("is told apart by its text, not by how its lines end", () => {
    const { migration } = read("SELECT 1;\nSELECT 2;\n");
    expect(read("\uFEFFSELECT 1;\r\nSELECT 2;\r\n").migration).toEqual(migration);
    expect(read("SELECT 1;\nSELECT 3;\n").migration.checksum).not.toBe(migration.checksum);
  });

  it("is in a transaction unless its first line says otherwise", () => {
    expect(read("SELECT 1").migration.transaction).toBe(true);
    expect(read("-- no-transaction\r\nVACUUM").migration.transaction).toBe(false);
    expect(read("\n-- no-transaction\nVACUUM").migration.transaction).toBe(true);
  });

  it("may say BEGIN and COMMIT around all of it", () => {
    const { migration, mistakes } = read(
      "SET a.b = 1;\nBEGIN;\nSELECT 1;\nSAVEPOINT s;\nROLLBACK TO s;\nCOMMIT;\n-- end",
    );
    expect(mistakes).toEqual([]);
    expect(migration.statements.map(({ sql }) => sql)).toEqual([
      "SET a.b = 1",
      "SELECT 1",
      "SAVEPOINT s",
      "ROLLBACK TO s",
    ]);
  });

  it.each([
    "BEGIN; SELECT 1;",
    "SELECT 1; COMMIT;",
    "BEGIN; COMMIT; SELECT 1;",
    "BEGIN ISOLATION LEVEL SERIALIZABLE; SELECT 1; COMMIT;",
    "BEGIN; SELECT 1; COMMIT AND CHAIN;",
    "SELECT 1; ROLLBACK;",
    "SELECT 1; PREPARE TRANSACTION 'x';",
    "-- no-transaction\nBEGIN; SELECT 1; COMMIT;",
  ])("may not end its transaction elsewhere: %s", (sql) => expect(mistakes(sql)).not.toEqual([]));

  it("does something", () => expect(mistakes("-- later")).toEqual(["1: no statement"]));

  it.each(["-- migrate:down", "-- +goose Down", "-- Down Migration"])("may not hold its own way back: %s", (line) =>
    expect(mistakes(`CREATE TABLE t ();\n${line}\nDROP TABLE t;`)).toEqual([
      `2: "${line}": what follows would run as well; move it out of the file`,
    ]),
  );

  it("has its place by the numbers in its name", () => {
    const names = ["10.sql", "2_b.sql", "V2.1__x.sql", "2_a.sql", "V10__x.sql", "02_a.sql"];
    expect(byName(names.map((name) => ({ name }))).map(({ name }) => name)).toEqual([
      "02_a.sql",
      "2_a.sql",
      "2_b.sql",
      "10.sql",
      "V2.1__x.sql",
      "V10__x.sql",
    ]);
  });
});
