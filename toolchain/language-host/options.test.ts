import { describe, expect, it } from "vitest";
import { parseRuntimeOptions } from "./options.ts";

describe("parseRuntimeOptions", () => {
  it("has Pulumi's defaults", () => {
    expect(parseRuntimeOptions({})).toEqual({
      typescript: true,
      tsconfig: "",
      nodeArguments: [],
      packageManager: "npm",
    });
  });

  it.each([
    ["--import tsx", ["--import", "tsx"]],
    ["--title 'two words' --no-warnings", ["--title", "two words", "--no-warnings"]],
    ["", []],
  ])("splits nodeargs %j", (nodeargs, expected) => {
    expect(parseRuntimeOptions({ nodeargs }).nodeArguments).toEqual(expected);
  });

  it.each([
    [{ typescript: "no" }, 'runtime option typescript is "no"; it must be true or false'],
    [{ nodeargs: ["--import", "tsx"] }, 'runtime option nodeargs is ["--import","tsx"]; it must be a string'],
    [{ packagemanager: "pip" }, 'packagemanager is "pip"; allowed are auto, npm, yarn, pnpm, bun'],
  ])("refuses %j", (options, message) => {
    expect(() => parseRuntimeOptions(options)).toThrow(message);
  });

  it("leaves unknown options alone", () => {
    expect(() => parseRuntimeOptions({ later: 1 })).not.toThrow();
  });
});
