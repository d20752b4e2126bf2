import { Database, DefaultPrivileges, Extension, Grant, Role, Schema } from "@pulumi/postgresql";
import { describe, expect, it } from "vitest";
import { postgresql } from "./provider.ts";

const urn = "urn:pulumi:dev::shop::postgresql:index/role:Role::app";
const type = (name: string) => {
  const found = Object.entries(postgresql.resources).find(([token]) => token.endsWith(`:${name}`));
  if (found === undefined) throw new Error(`no type ${name}`);
  return found[1];
};
const reasons = (name: string, inputs: Record<string, unknown>) =>
  (type(name).check?.(inputs) ?? []).map(({ property, reason }) => `${property}: ${reason}`).join("\n");

describe("the stand-in", () => {
  it("names its types as the npm package does", () => {
    const tokens = [Database, DefaultPrivileges, Extension, Grant, Role, Schema].map((resource) =>
      Reflect.get(resource, "__pulumiType"),
    );
    expect(Object.keys(postgresql.resources).sort()).toEqual(tokens.sort());
  });

  it("names a role after its resource, always alike", () => {
    const name = () => type("Role").defaults?.({}, {}, { urn, log: () => undefined, tell: () => undefined }).name;
    expect(name()).toMatch(/^app-[0-9a-f]{7}$/);
    expect(name()).toBe(name());
  });

  it("refuses contradictions", () => {
    expect(reasons("Role", { password: "a", passwordWo: "b" })).toMatch(/both set.*go together/s);
    expect(reasons("Role", { connectionLimit: -2 })).toContain("-1 (no limit) or more");
    expect(reasons("Role", { searchPaths: ["a, b"] })).toContain("a text of its own");
    expect(reasons("Role", { name: "app", login: true, password: "a" })).toBe("");
  });

  it("refuses grants of what cannot be granted, and text that is no privilege", () => {
    const grant = { role: "app", database: "data", schema: "public", objectType: "table", privileges: ["SELECT"] };
    expect(reasons("Grant", grant)).toBe("");
    expect(reasons("Grant", { ...grant, privileges: ["SELECT", "CONNECT", "; DROP TABLE x"] })).toMatch(
      /holds "CONNECT", "; DROP TABLE x"; on a table ALL, SELECT, INSERT, .* are allowed/,
    );
    expect(reasons("Grant", { ...grant, objectType: "schema", privileges: ["USAGE"], objects: ["a"] })).toMatch(
      /about that schema alone/,
    );
    expect(reasons("Grant", { ...grant, objectType: "column" })).toMatch(/this stand-in knows database, schema, table/);
    expect(
      reasons("DefaultPrivileges", { ...grant, owner: "app", objectType: "schema", privileges: ["CREATE"] }),
    ).toMatch(/about no schema/);
    const forAll = { ...grant, owner: "app", role: "public", withGrantOption: true };
    expect(reasons("DefaultPrivileges", forAll)).toMatch(/must be left out/);
  });

  it("refuses DEFAULT, which a refresh would turn into a replacement", () => {
    expect(reasons("Database", { encoding: "DEFAULT", template: "default" })).toMatch(/encoding: .*template: /s);
  });

  it("gives a server that is down up when the run is cancelled", async () => {
    const server = await postgresql.configure({
      host: "127.0.0.1",
      port: "1",
      sslmode: "disable",
      connectTimeout: "60",
    });
    const context = { urn, log: () => undefined, tell: () => undefined, signal: AbortSignal.timeout(300) };
    await expect(type("Role").create(server, { name: "app" }, context)).rejects.toThrow(
      /cannot create the role "app" .*ECONNREFUSED.*The run was cancelled/,
    );
  });
});
