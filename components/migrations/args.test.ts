import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parseArguments } from "../arguments.ts";
import { migrationsArgs, nameProblems, oneSource } from "./args.ts";
import { readDirectory } from "./directory.ts";

const parse = (value: unknown) => parseArguments("Migrations", migrationsArgs, value, [oneSource]);
const named = (...names: string[]) => nameProblems(names.map((name) => ({ name, sql: "" }))).map(({ path }) => path);

describe("the arguments of migrations", () => {
  it("ask for one source", () => {
    expect(() => parse({})).toThrow(/give either directory/);
    expect(() => parse({ directory: "x", files: [{ name: "a", sql: "" }] })).toThrow(/give either directory/);
    expect(parse({ directory: "x" })).toEqual({ directory: "x", history: "default" });
    expect(() => parse({ directoy: "x", role: "Bad Role", files: [] })).toThrow(/3 problems/);
  });

  it("refuse two files of one name, and files that take others back", () => {
    expect(named("1.sql", "2.sql", "1.sql")).toEqual(["1.sql"]);
    expect(named("1.up.sql", "1.down.sql", "2_undo.sql", "countdown.sql")).toEqual(["1.down.sql", "2_undo.sql"]);
  });
});

describe("a directory", () => {
  it("is read by name, and its other files are left alone", () => {
    const directory = mkdtempSync(join(tmpdir(), "migrations-"));
    try {
      expect(readDirectory(directory).problems).toEqual([
        { path: "directory", message: `no .sql file in ${directory}` },
      ]);
      for (const name of ["10.sql", "2.sql", "README.md", ".swp.sql"]) writeFileSync(join(directory, name), name);
      expect(readDirectory(directory)).toEqual({
        files: [
          { name: "2.sql", sql: "2.sql" },
          { name: "10.sql", sql: "10.sql" },
        ],
        problems: [],
      });
    } finally {
      rmSync(directory, { recursive: true });
    }
  });

  it("that is not there is named", () => {
    expect(readDirectory("no/such").problems[0]?.message).toMatch(/cannot be read: ENOENT.*no\/such/);
  });
});
