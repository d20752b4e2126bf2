import { describe, expect, it } from "vitest";
import {
  defaultPrivilegesId,
  defaultStatements,
  grantable,
  grantId,
  grantStatement,
  privilegesProblem,
  revokeStatement,
  samePrivileges,
  type Target,
} from "./privileges.ts";

const target = (given: Partial<Target> = {}): Target => ({
  ...{ role: "reader", database: "data", objectType: "table", schema: "public", objects: [] },
  ...given,
});

describe("a grant", () => {
  it("is about one object, or about all of a type in a schema", () => {
    const statement = (given: Partial<Target>) => grantStatement(target(given), ["ALL"], false);
    expect(statement({ objectType: "database" })).toBe('GRANT ALL ON DATABASE "data" TO "reader"');
    expect(statement({ objectType: "schema" })).toBe('GRANT ALL ON SCHEMA "public" TO "reader"');
    expect(statement({})).toBe('GRANT ALL ON ALL TABLES IN SCHEMA "public" TO "reader"');
    expect(statement({ objects: ["a", 'b"'] })).toBe('GRANT ALL ON TABLE "public"."a", "public"."b""" TO "reader"');
    expect(statement({ objectType: "function", objects: ["total(integer, text)"] })).toBe(
      'GRANT ALL ON FUNCTION "public"."total"(integer, text) TO "reader"',
    );
  });

  it("may be passed on where that is said", () => {
    expect(grantStatement(target(), ["SELECT", "INSERT"], true)).toMatch(/^GRANT SELECT, INSERT .* WITH GRANT OPTION$/);
  });

  it("takes everything first, of single objects only what it gave", () => {
    expect(revokeStatement(target(), ["SELECT"])).toMatch(/^REVOKE ALL PRIVILEGES ON ALL TABLES/);
    expect(revokeStatement(target({ objects: ["a"] }), ["SELECT"])).toMatch(/^REVOKE SELECT ON TABLE/);
    expect(revokeStatement(target({ objects: ["a"] }), [])).toMatch(/^REVOKE ALL PRIVILEGES ON TABLE/);
  });

  it("has the real provider's id", () => {
    expect(grantId(target())).toBe("reader_data_public_table");
    expect(grantId(target({ objectType: "database" }))).toBe("reader_data_database");
    expect(grantId(target({ objects: ["a", "b"] }))).toBe("reader_data_public_table_a_b");
  });
});

describe("default privileges", () => {
  const defaults = { role: "reader", database: "data", owner: "app", objectType: "table", schema: "public" } as const;

  it("are taken before they are given, so that fewer of them leave none of the old", () => {
    const alter = 'ALTER DEFAULT PRIVILEGES FOR ROLE "app" IN SCHEMA "public"';
    expect(defaultStatements(defaults, ["SELECT"], false)).toEqual([
      `${alter} REVOKE ALL ON TABLES FROM "reader"`,
      `${alter} GRANT SELECT ON TABLES TO "reader"`,
    ]);
    expect(defaultStatements({ ...defaults, schema: undefined }, [], false)).toEqual([
      'ALTER DEFAULT PRIVILEGES FOR ROLE "app" REVOKE ALL ON TABLES FROM "reader"',
    ]);
  });

  it("have the real provider's id", () => {
    expect(defaultPrivilegesId(defaults)).toBe("reader_data_public_app_table");
    expect(defaultPrivilegesId({ ...defaults, schema: undefined })).toBe("reader_data_noschema_app_table");
  });
});

describe("privileges", () => {
  it("are compared as sets, and ALL is what the server's version knows", () => {
    expect(samePrivileges("schema", ["ALL"], ["USAGE", "CREATE"], 17)).toBe(true);
    expect(samePrivileges("table", ["ALL"], grantable("table", 16), 16)).toBe(true);
    expect(samePrivileges("table", ["ALL"], grantable("table", 16), 17)).toBe(false);
    expect(samePrivileges("table", ["SELECT"], ["SELECT", "INSERT"], 17)).toBe(false);
    expect(samePrivileges("table", [], [], 17)).toBe(true);
  });

  it("are those that the type of object knows", () => {
    expect(privilegesProblem("sequence", ["USAGE", "ALL"])).toBeUndefined();
    expect(privilegesProblem("database", ["SELECT"])).toBe(
      'privileges holds "SELECT"; on a database ALL, CREATE, CONNECT, TEMPORARY are allowed',
    );
  });
});
