import { describe, expect, it } from "vitest";
import { type AccessSettings, accessArgs, type DatabasesArgs, type RolesArgs } from "./args.ts";
import { databaseUsers, type PlannedPrivileges, privilegesIn } from "./privileges.ts";

const parsed = (databases: DatabasesArgs, roles: RolesArgs = []): AccessSettings =>
  accessArgs.parse({ databases, roles });

/** What is planned in the first database, one line each. */
const planned = (databases: DatabasesArgs, roles: RolesArgs = []) => {
  const settings = parsed(databases, roles);
  const [database] = settings.databases;
  if (database === undefined) throw new Error("no database");
  return privilegesIn(database, settings, "postgres");
};
const line = ({ kind, role, objectType, schema, privileges, ...rest }: PlannedPrivileges) => {
  const of = "owner" in rest ? ` of ${rest.owner}` : "";
  return `${kind === "default" ? "later " : ""}${role}: ${privileges.join(" ") || "nothing"} on ${objectType}${schema ? ` in ${schema}` : ""}${of}`;
};
const lines = (databases: DatabasesArgs, roles: RolesArgs = []) => planned(databases, roles).map(line);

const nobody = ["public: nothing on database", "public: USAGE on schema in public"];

describe("the privileges of a database", () => {
  it("keep PUBLIC out unless it is let in", () => {
    expect(lines([{ name: "shop" }])).toEqual(nobody);
    expect(lines([{ name: "shop", publicConnect: true, publicCreate: true }])).toEqual([
      "public: CONNECT TEMPORARY on database",
      "public: CREATE USAGE on schema in public",
    ]);
  });

  it("let a reader read what is there and what comes, what comes first", () => {
    expect(lines([{ name: "shop" }], [{ name: "reader", access: [{ database: "shop", may: "read" }] }])).toEqual([
      ...nobody,
      "reader: CONNECT on database",
      "later reader: SELECT on table in public of shop",
      "later reader: SELECT on sequence in public of shop",
      "later reader: SELECT on table in public of postgres",
      "later reader: SELECT on sequence in public of postgres",
      "reader: USAGE on schema in public",
      "reader: SELECT on table in public",
      "reader: SELECT on sequence in public",
    ]);
  });

  it("have the same resources whatever a role may do, so that less is a change and no removal", () => {
    const databases: DatabasesArgs = [{ name: "shop", schemas: [{ name: "audit" }] }, { name: "other" }];
    const names = (access: NonNullable<RolesArgs>[number]["access"]) =>
      planned(databases, [{ name: "app", ...(access ? { access } : {}) }]).map(({ name }) => name);
    const all = names([{ database: "shop", may: "write" }]);
    expect(new Set(all).size).toBe(all.length);
    expect(names([{ database: "shop", may: "read", schemas: ["audit"] }])).toEqual(all);
    expect(names([{ database: "other", may: "read" }])).toEqual(all);
    expect(names([])).toEqual(all);
    expect(names(undefined)).toEqual(["public-database", "public-schema"]);
  });

  it("grant nothing where access does not reach", () => {
    const databases: DatabasesArgs = [{ name: "shop", schemas: [{ name: "audit" }] }];
    const access = [{ database: "shop", may: "write" as const, schemas: ["audit"] }];
    const all = lines(databases, [{ name: "app", access }]);
    expect(all.filter((each) => each.includes("in public")).filter((each) => !each.includes("nothing"))).toEqual([
      "public: USAGE on schema in public",
    ]);
    expect(all).toContain("app: DELETE INSERT SELECT UPDATE on table in audit");
    expect(all).toContain("app: CONNECT TEMPORARY on database");
  });

  it("touch no schema that the role owns, which a grant would take rights from, and let its owner connect", () => {
    const databases: DatabasesArgs = [{ name: "shop", schemas: [{ name: "audit", owner: "auditor" }] }];
    expect(lines(databases, [{ name: "auditor" }])).toEqual([...nobody, "auditor: CONNECT TEMPORARY on database"]);
    const managed = lines(databases, [{ name: "auditor", access: [] }]);
    expect(managed).toContain("auditor: CONNECT TEMPORARY on database");
    expect(managed.filter((each) => each.includes("audit ") || each.endsWith("audit"))).toEqual([]);
    const others = lines(databases, [
      { name: "auditor" },
      { name: "app", access: [{ database: "shop", may: "read" }] },
    ]);
    expect(others).toContain("later app: SELECT on table in audit of auditor");
  });

  it("are nothing for the owner, and let it look into what an extension keeps", () => {
    expect(lines([{ name: "shop", extensions: ["pg_partman"] }], [{ name: "shop", access: [] }])).toEqual([
      ...nobody,
      "shop: USAGE on schema in partman",
      "shop: SELECT on table in partman",
    ]);
  });
});

describe("the users of databases", () => {
  const users = (databases: DatabasesArgs, roles: RolesArgs = []) =>
    Object.fromEntries(databaseUsers(parsed(databases, roles)).map(({ role, databases }) => [role, databases]));

  it("are those who log in to one, each with how many it may connect to", () => {
    const two: DatabasesArgs = [{ name: "shop" }, { name: "other", owner: "shop" }];
    const access = [{ database: "shop", may: "read" as const }];
    expect(users(two)).toEqual({ shop: 2 });
    expect(users(two, [{ name: "reader", access }])).toEqual({ shop: 2, reader: 1 });
    const readers = { name: "readers", login: false, access };
    expect(users(two, [readers])).toEqual({ shop: 2 });
    expect(users(two, [readers, { name: "one", memberOf: ["readers"] }, { name: "two", memberOf: ["one"] }])).toEqual({
      ...{ shop: 2, one: 1, two: 1 },
    });
    expect(users([{ name: "shop", publicConnect: true }], [{ name: "one" }, { name: "shop" }])).toEqual({
      shop: 1,
      one: 1,
    });
    const owned: DatabasesArgs = [{ name: "shop", schemas: [{ name: "audit", owner: "one" }] }];
    expect(users(owned, [{ name: "one" }, { name: "two" }])).toEqual({ shop: 1, one: 1 });
  });
});
