import { describe, expect, it } from "vitest";
import { liveSettings, settingStatements } from "./session-settings-sql.ts";

describe("settingStatements", () => {
  it("sets what is wanted and takes back what was set before", () => {
    expect(settingStatements({ database: "shop" }, { a: "it's" }, { a: "1", "shop.b": "2" })).toEqual([
      'ALTER DATABASE "shop" RESET "shop"."b"',
      `ALTER DATABASE "shop" SET "a" TO 'it''s'`,
    ]);
  });

  it("is about a role everywhere, or in one database", () => {
    expect(settingStatements({ role: "app" }, { a: "1" })).toEqual([`ALTER ROLE "app" SET "a" TO '1'`]);
    expect(settingStatements({ role: "app", database: "shop" }, {}, { a: "1" })).toEqual([
      'ALTER ROLE "app" IN DATABASE "shop" RESET "a"',
    ]);
  });

  it("gives each name of a list by itself", () => {
    const [statement] = settingStatements({ role: "app" }, { search_path: ["$user", "a, b"] });
    expect(statement).toBe('ALTER ROLE "app" SET "search_path" TO "$user", "a, b"');
    expect(settingStatements({ role: "app" }, { search_path: [] })[0]).toMatch(/ TO ''$/);
  });
});

describe("liveSettings", () => {
  it("reads those that are declared, and leaves others' out", () => {
    const setconfig = ["a=x=y", 'search_path="$user", "a, b", c', "theirs=1"];
    expect(liveSettings(setconfig, { a: "1", search_path: ["a"], gone: "2" })).toEqual({
      ...{ a: "x=y", search_path: ["$user", "a, b", "c"] },
    });
    expect(liveSettings(['search_path=""'], { search_path: ["a"] })).toEqual({ search_path: [] });
  });
});
