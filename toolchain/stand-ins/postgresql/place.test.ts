import { expect, it } from "vitest";
import { placeOf } from "./place.ts";
import { settingsFrom } from "./settings.ts";

const server = { settings: settingsFrom({ database: "main" }, {}) };

it("is in the state, or in the id of an import", () => {
  expect(placeOf("schema", "x", { name: "audit", database: "app" }, server)).toEqual({
    name: "audit",
    database: "app",
  });
  expect(placeOf("schema", "x", { name: "audit" }, server)).toEqual({ name: "audit", database: "main" });
  expect(placeOf("extension", "app.vector", {}, server)).toEqual({ name: "vector", database: "app" });
});

it.each(["vector", ".vector", "app.", "a.b.c"])("is not %s", (id) => {
  const place = () => placeOf("extension", id, {}, server);
  expect(place).toThrow(`"${id}" names no extension; an id is DATABASE.EXTENSION, e.g. app.vector`);
});
