import { describe, expect, it } from "vitest";
import { checkKinds, flagSetting, inputsFromLive, kept, numberSetting } from "./inputs.ts";

describe("settings", () => {
  it("are read from JSON text as well", () => {
    expect(numberSetting("port", "6432")).toBe(6432);
    expect(flagSetting("minioSsl", "true")).toBe(true);
    expect(flagSetting("minioSsl", "")).toBeUndefined();
  });

  it("of another type are refused with their value", () => {
    expect(() => numberSetting("port", "many")).toThrow(/port is "many"/);
    expect(() => flagSetting("minioSsl", "maybe")).toThrow(/minioSsl is "maybe"/);
  });
});

describe("checkKinds", () => {
  it("names every input of another kind, its value and what is allowed", () => {
    const failures = checkKinds(
      { name: 1, login: "yes", limit: 1.5, roles: ["a", 2] },
      { name: "a text", login: "true or false", limit: "a whole number", roles: "a list of texts" },
    );
    expect(failures.map(({ property }) => property)).toEqual(["name", "login", "limit", "roles"]);
    expect(failures[1]?.reason).toBe('login is "yes"; true or false is allowed');
  });

  it("passes over what was left out", () => {
    expect(checkKinds({}, { name: "a text" })).toEqual([]);
  });
});

describe("inputsFromLive", () => {
  const defaults = { login: false, limit: -1 };

  it("takes live values of what was declared, and drops what is gone", () => {
    expect(inputsFromLive({ name: "a", path: ["x"] }, { name: "a", path: undefined, login: false }, defaults)).toEqual({
      name: "a",
    });
  });

  it("takes what is no longer its default", () => {
    expect(inputsFromLive({ name: "a" }, { name: "a", login: true, limit: -1 }, defaults)).toEqual({
      name: "a",
      login: true,
    });
  });

  it("leaves out what the server decided, except in an import", () => {
    const live = { name: "a", owner: "postgres" };
    expect(inputsFromLive({ name: "a" }, live, defaults, ["owner"])).toEqual({ name: "a" });
    expect(inputsFromLive({}, live, defaults, ["owner"])).toEqual(live);
  });

  it("keeps what can't be read", () => {
    expect(inputsFromLive({ passwordWo: "p" }, { name: "a" }, defaults)).toEqual({ passwordWo: "p", name: "a" });
  });
});

it("kept returns the old values of the names given, where there are any", () => {
  expect(kept(["owner", "encoding"], { owner: "app", name: "a" })).toEqual({ owner: "app" });
});
