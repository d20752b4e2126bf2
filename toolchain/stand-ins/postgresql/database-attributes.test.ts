import { describe, expect, it } from "vitest";
import {
  alterStatements,
  canonicalEncoding,
  createStatement,
  type DatabaseRow,
  databaseProperties,
  fixedDifference,
} from "./database-attributes.ts";

const row: DatabaseRow = {
  datname: "data",
  owner: "app",
  encoding: "UTF8",
  datcollate: "C",
  datctype: "C",
  tablespace: "pg_default",
  datconnlimit: -1,
  datallowconn: true,
  datistemplate: false,
  mark: null,
};

describe("createStatement", () => {
  it("has the real provider's defaults", () => {
    expect(createStatement("data", {}, "postgres")).toBe(
      `CREATE DATABASE "data" OWNER "postgres" TEMPLATE "template0" ENCODING 'UTF8' ALLOW_CONNECTIONS true CONNECTION LIMIT -1 IS_TEMPLATE false`,
    );
  });

  it("takes what is declared", () => {
    const inputs = { owner: "app", lcCollate: "C", lcCtype: "C", tablespaceName: "fast", connectionLimit: 3 };
    expect(createStatement("data", inputs, "postgres")).toContain(
      `OWNER "app" TEMPLATE "template0" ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C' TABLESPACE "fast"`,
    );
  });
});

describe("alterStatements", () => {
  it("changes what differs, and leaves what is not declared", () => {
    expect(alterStatements("data", { connectionLimit: 3, allowConnections: false }, row)).toEqual([
      'ALTER DATABASE "data" CONNECTION LIMIT 3',
      'ALTER DATABASE "data" ALLOW_CONNECTIONS false',
    ]);
    expect(alterStatements("data", {}, { ...row, tablespace: "fast", datistemplate: true })).toEqual([]);
  });
});

it("tells what can't be changed", () => {
  expect(fixedDifference({ encoding: "utf-8", lcCollate: "C" }, row)).toBeUndefined();
  expect(fixedDifference({ lcCollate: "de_DE.UTF-8" }, row)).toBe('its lcCollate is "C", not "de_DE.UTF-8"');
});

it("takes no spelling of an encoding for another encoding", () => {
  expect(canonicalEncoding({ encoding: "UTF-8" })).toEqual(canonicalEncoding({ encoding: "utf8" }));
  expect(canonicalEncoding({ name: "data" })).toEqual({ name: "data" });
});

it("takes from the last run what the server does not keep", () => {
  expect(databaseProperties(row, { template: "template1", alterObjectOwnership: true })).toMatchObject({
    template: "template1",
    alterObjectOwnership: true,
    owner: "app",
  });
});
