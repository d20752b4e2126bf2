import { describe, expect, it } from "vitest";
import { attributeOptions, type RoleRow, roleDefaults, roleProperties, settingStatements } from "./role-attributes.ts";

const row: RoleRow = {
  rolname: "app",
  rolsuper: false,
  rolinherit: true,
  rolcreaterole: false,
  rolcreatedb: false,
  rolcanlogin: true,
  rolreplication: false,
  rolbypassrls: false,
  rolconnlimit: 5,
  validuntil: "2030-01-01 00:00:00+00",
  samevaliduntil: true,
  rolconfig: ['search_path="$user", "a, b", public', "statement_timeout=5s", "role=owner"],
  memberof: ["pg_monitor"],
  mark: null,
};

describe("attributeOptions", () => {
  it("names every attribute for a new role", () => {
    expect(attributeOptions({ ...roleDefaults, login: true }).join(" ")).toBe(
      "NOSUPERUSER NOCREATEDB NOCREATEROLE INHERIT LOGIN NOREPLICATION NOBYPASSRLS CONNECTION LIMIT -1 VALID UNTIL 'infinity'",
    );
  });

  it("names only what differs for one that exists", () => {
    const wanted = { ...roleDefaults, login: true, connectionLimit: 7, validUntil: "2030-01-01T00:00:00Z" };
    expect(attributeOptions(wanted, row)).toEqual(["CONNECTION LIMIT 7"]);
  });
});

describe("settingStatements", () => {
  it("sets what is declared and resets what no longer is", () => {
    const wanted = { searchPaths: ["$user", 'a "b"'], assumeRole: "owner" };
    expect(settingStatements("app", wanted, { statementTimeout: 5 })).toEqual([
      'ALTER ROLE "app" SET search_path TO "$user", "a ""b"""',
      'ALTER ROLE "app" RESET statement_timeout',
      'ALTER ROLE "app" SET role TO "owner"',
    ]);
  });

  it("does not touch what was never declared, nor what the real provider's state calls nothing", () => {
    expect(settingStatements("app", {}, { statementTimeout: 0, searchPaths: [], assumeRole: "" })).toEqual([]);
  });
});

describe("roleProperties", () => {
  it("reports everything for an import", () => {
    expect(roleProperties(row, {})).toMatchObject({
      name: "app",
      login: true,
      connectionLimit: 5,
      validUntil: "2030-01-01 00:00:00+00",
      roles: ["pg_monitor"],
      searchPaths: ["$user", "a, b", "public"],
      statementTimeout: 5000,
      assumeRole: "owner",
    });
  });

  it("leaves to others what was not declared", () => {
    const properties = roleProperties(row, { name: "app" });
    expect(properties).not.toHaveProperty("roles");
    expect(properties).not.toHaveProperty("statementTimeout");
  });

  it("keeps the password, and the declared spelling of the same moment", () => {
    const last = { password: "p", validUntil: "2030-01-01T00:00:00Z" };
    expect(roleProperties(row, last)).toMatchObject(last);
    expect(roleProperties({ ...row, samevaliduntil: false }, last).validUntil).toBe(row.validuntil);
  });

  it("says that a declared setting is gone", () => {
    const properties = roleProperties({ ...row, rolconfig: null }, { statementTimeout: 5000 });
    expect(properties).toHaveProperty("statementTimeout", undefined);
  });
});
