import { describe, expect, it } from "vitest";
import { saidBy } from "./metacommands.ts";

const refused = (line: string, database?: string) => saidBy(`${line}\n`, database).refused;

describe("a command of psql", () => {
  it.each([
    "\\restrict dgKo2HlQ",
    "\\unrestrict dgKo2HlQ",
    "\\echo it's done",
    "\\set ON_ERROR_STOP on",
    "\\set ON_ERROR_STOP",
    "\\timing",
    "\\pset pager off",
    "\\dt+",
    "\\encoding UTF8",
  ])("that changes nothing here is passed over: %s", (line) => expect(refused(line)).toBeUndefined());

  it.each([
    ["\\i other.sql", "give the file that it reads as a migration of its own"],
    ["\\copy t from 'x.csv'", "write COPY .. FROM stdin"],
    ["\\gexec", "end the statement with a semicolon"],
    ["\\if :x", "decide in a DO block"],
    ["\\! rm -rf /", "remove the line"],
    ["\\q", "remove the line"],
    ["\\set name 'value'", "write the value itself"],
    ["\\encoding LATIN1", "convert the file"],
  ])("that would do something else is refused with its way out: %s", (line, way) =>
    expect(refused(line)).toContain(way),
  );

  it("may connect to the database that it is in, and to no other", () => {
    expect(refused("\\c dapk", "dapk")).toBeUndefined();
    expect(refused('\\connect "dapk"', "dapk")).toBeUndefined();
    expect(refused("\\c other", "dapk")).toContain('these files run in database "dapk"');
    expect(refused("\\c dapk other_user", "dapk")).toContain("\\connect dapk other_user");
    expect(refused("\\c", "dapk")).toBeDefined();
  });
});
