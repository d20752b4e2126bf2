import { describe, expect, it } from "vitest";
import { databaseSettings, otherRoleSettings, ownRoleSettings, sessionSettingProblem } from "./session-values.ts";

describe("a role's settings", () => {
  it("are the role's own where it has a property for them, in milliseconds", () => {
    const settings = { statement_timeout: "1min", idle_in_transaction_session_timeout: 500, work_mem: "8MB" };
    expect(ownRoleSettings({ searchPath: ["a", "$user"], settings })).toEqual({
      ...{ searchPaths: ["a", "$user"], statementTimeout: 60_000, idleInTransactionSessionTimeout: 500 },
    });
    expect(otherRoleSettings({ settings })).toEqual({ work_mem: "8MB" });
  });

  it("set a timeout to none at all where the role could not", () => {
    expect(ownRoleSettings({ settings: { statement_timeout: 0 } })).toEqual({});
    expect(otherRoleSettings({ settings: { statement_timeout: 0 } })).toEqual({ statement_timeout: "0" });
  });

  it("are somebody else's where none are declared, and nobody's where they are empty", () => {
    expect(otherRoleSettings({})).toBeUndefined();
    expect(otherRoleSettings({ settings: {} })).toEqual({});
  });
});

it("gives a database texts, as ALTER DATABASE takes them, and names as a list", () => {
  expect(databaseSettings({})).toBeUndefined();
  expect(databaseSettings({ settings: {} })).toEqual({});
  expect(databaseSettings({ searchPath: ["audit"], settings: { jit: false, "shop.x": 3 } })).toEqual({
    ...{ search_path: ["audit"], jit: "off", "shop.x": "3" },
  });
});

it.each([
  ["work_mem", "8MB", undefined],
  ["default_transaction_read_only", true, undefined],
  ["synchronous_commit", "off", undefined],
  ["shop.region", "north", undefined],
  ["work_mem", "8mb", /PostgreSQL takes/],
  ["wal_level", "logical", /whole server's/],
  ["search_path", "a", /searchPath sets it/],
  ["work_memory", "8MB", /did you mean "work_mem"\?/],
  ["no such thing", 1, /unknown setting/],
])("knows whether %s can be %s for a session", (name, value, problem) => {
  const found = sessionSettingProblem(name, value);
  if (problem === undefined) expect(found).toBeUndefined();
  else expect(found).toMatch(problem);
});
