import { expect, it } from "vitest";
import { preloadLibraries } from "./libraries.ts";

it("preloads what extensions need and what a user names, each once and always in the same order", () => {
  const named = { shared_preload_libraries: "pg_stat_statements, auto_explain" };
  expect(preloadLibraries(named, ["pg_cron", "pg_stat_statements"])).toBe("auto_explain,pg_cron,pg_stat_statements");
  expect(preloadLibraries({}, ["pgaudit", "pg_cron"])).toBe("pg_cron,pgaudit");
  expect(preloadLibraries({}, [])).toBe("");
});
