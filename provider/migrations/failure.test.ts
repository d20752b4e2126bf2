import { describe, expect, it } from "vitest";
import { failureOf } from "./failure.ts";

const migration = { name: "3.sql", checksum: "", transaction: true, statements: [] };
const statement = { line: 10, sql: "SELECT é,\n  wrong\nFROM t" };
const failure = (fields: object, message = "it failed") =>
  failureOf(migration, statement, "owner", Object.assign(new Error(message), fields)) as Error;

describe("a statement's error", () => {
  it("names file and line, shows the statement, and says what stays", () => {
    expect(failure({ code: "42703", position: "13" }, 'column "wrong" does not exist').message).toBe(
      `3.sql, line 11: column "wrong" does not exist (SQLSTATE 42703)
    SELECT é,
      wrong
    FROM t
Nothing of the file stays.`,
    );
  });

  it("shows the beginning of a long one", () => {
    const long = { line: 1, sql: Array.from({ length: 50 }, (_, line) => `line ${line}`).join("\n") };
    const { message } = failureOf(migration, long, "owner", new Error("x")) as Error;
    expect(message).toContain("line 19\n    ...\nNothing");
  });

  it.each([
    ["25001", /line "-- no-transaction"/],
    ["42501", /runs as "owner"/],
    ["55P04", /next file only/],
  ])("has a way out where one is known: %s", (code, way) => expect(failure({ code }).message).toMatch(way));

  it("is left as it is where it goes away by itself", () => {
    const cut = Object.assign(new Error("terminating connection"), { code: "57P01" });
    expect(failureOf(migration, statement, "owner", cut)).toBe(cut);
  });
});
