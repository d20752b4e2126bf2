import { describe, expect, it } from "vitest";
import { loadScanner } from "./scanner.ts";
import { readScript } from "./script.ts";

const scanner = await loadScanner();
const read = (sql: string, database?: string) => readScript(scanner, sql, database);
const texts = (sql: string) => read(sql).statements.map((statement) => statement.sql);

describe("readScript", () => {
  it("splits where PostgreSQL's scanner finds a semicolon, and nowhere else", () => {
    const whole = [
      "SELECT 'a;b', \"c;d\", $$e;f$$, $x$ g; $$ h; $x$, E'\\';'",
      "SELECT /* i; /* j; */ k; */ 1",
      "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2)",
      "CREATE OR REPLACE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN true THEN 1 END; SELECT 2; END",
      "SELECT U&'\\0061;' -- l; m",
    ];
    expect(texts(`${whole.join(";\n")}\n;`)).toEqual(whole.map((sql) => sql.replace(/ -- .*/, "")));
  });

  it("counts lines from the first word of each statement, whatever its characters weigh", () => {
    const { statements } = read("-- é ü 漢;\n\nSELECT 'é\nü';\n\n/* x */ SELECT\n2;SELECT 3");
    expect(statements.map(({ line }) => line)).toEqual([3, 6, 7]);
    expect(statements[0]?.sql).toBe("SELECT 'é\nü'");
  });

  it("takes the last statement without a semicolon, and no empty one", () => {
    expect(texts(";; SELECT 1;\n;SELECT 2\n-- end")).toEqual(["SELECT 1", "SELECT 2"]);
    expect(read(" -- nothing\n").statements).toEqual([]);
  });

  it("takes what follows COPY .. FROM stdin as its data, whatever is in it", () => {
    const data = "1\tit's; $$ /* \"\n\\N\t\\\\.\n-- from stdin;\n";
    const sql = `COPY t (a, "b;")\nFROM STDIN WITH (DELIMITER ';');\n${data}\\.\nSELECT 'after';\nCOPY u FROM stdin;\n\\.\n`;
    expect(read(sql).statements).toEqual([
      { line: 1, sql: `COPY t (a, "b;")\nFROM STDIN WITH (DELIMITER ';')`, data },
      { line: 7, sql: "SELECT 'after'" },
      { line: 8, sql: "COPY u FROM stdin", data: "" },
    ]);
    expect(read("COPY t FROM '/file';\nSELECT 1;").statements).toHaveLength(2);
  });

  it("keeps a line with a backslash that is inside a quote", () => {
    expect(texts("SELECT '\n\\i x';\n\\echo done\nDO $$\n\\echo\n$$;")).toEqual([
      "SELECT '\n\\i x'",
      "DO $$\n\\echo\n$$",
    ]);
  });

  it("names the line of each thing that it cannot run", () => {
    const { mistakes } = read("SELECT 1;\n\\i a.sql\nSELECT 2 \\gset\n;\nCOPY t FROM stdin; SELECT 1;\n1\n");
    expect(mistakes).toEqual([
      { line: 2, message: expect.stringContaining("\\i is a command of psql") },
      { line: 3, message: expect.stringContaining("inside a statement") },
      { line: 5, message: expect.stringContaining("something follows COPY") },
      { line: 5, message: expect.stringContaining("not ended by a line \\.") },
    ]);
    expect(read("SELECT 1;\n\nSELECT 'open;\n  more\n").mistakes).toEqual([
      { line: 3, message: `unterminated quoted string at or near "'open;..."` },
    ]);
  });

  it("reads large files piece by piece, with quotes across every cut", () => {
    const statement = (n: number) => `INSERT INTO t VALUES (${n}, '${"é;\n".repeat(1000)}')`;
    const all = Array.from({ length: 200 }, (_, n) => statement(n));
    expect(texts(all.join(";\n"))).toEqual(all);
    const body = `DO $$ ${"x;\n".repeat(100_000)} $$`;
    expect(texts(`${body};SELECT 1;\n`)).toEqual([body, "SELECT 1"]);
    expect(texts(`SELECT '${"x".repeat(300_000)}';\nSELECT 2;`)).toHaveLength(2);
  });

  it("knows what the superuser has to do", () => {
    const { statements } = read(
      "create extension if not exists x; COMMENT ON EXTENSION x IS 'y'; COMMENT ON TABLE x IS 'z'",
    );
    expect(statements.map(({ extension }) => extension)).toEqual([true, true, undefined]);
  });

  it("knows the index that is built concurrently, with its table", () => {
    const indexOf = (sql: string) => read(sql).statements[0]?.index;
    expect(
      indexOf('CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS "I x" ON ONLY public . "T" USING btree (a)'),
    ).toEqual({
      name: '"I x"',
      table: 'public."T"',
    });
    expect(indexOf("create index concurrently i on t(a)")).toEqual({ name: "i", table: "t" });
    expect(indexOf("CREATE INDEX CONCURRENTLY ON t (a)")).toBeUndefined();
    expect(indexOf("CREATE INDEX i ON t (a)")).toBeUndefined();
  });
});
