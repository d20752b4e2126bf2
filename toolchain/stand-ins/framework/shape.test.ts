import { describe, expect, it } from "vitest";
import { nearest } from "../../../components/nearest.ts";
import { checkShapes, type Fields } from "./shape.ts";
import { suggestion } from "./suggestion.ts";
import { unknownValue } from "./values.ts";

const fields: Fields = {
  name: "text",
  ports: { listOf: { fields: { internal: "number", ip: "text" }, required: ["internal"] } },
  options: { mapOf: "text" },
};

describe("checkShapes", () => {
  it("is content with what has its shape", () => {
    expect(checkShapes(fields, { name: "a", ports: [{ internal: 1 }], options: { x: "y" }, other: 1 })).toEqual([]);
    expect(checkShapes(fields, { ports: [{ internal: unknownValue }] })).toEqual([]);
  });

  it.each([
    [{ name: 5 }, "name", "name is a number; a text is allowed"],
    [{ ports: { internal: 1 } }, "ports", "ports is an object; a list is allowed"],
    [{ ports: [{ ip: "::" }] }, "ports", "ports[0].internal is missing"],
    [{ ports: [{ internal: "80" }] }, "ports", "ports[0].internal is a string; a number is allowed"],
    [{ options: { x: 1 } }, "options", "options.x is a number; a text is allowed"],
    [{ options: [] }, "options", "options is a list; an object is allowed"],
  ])("says what is wrong with %j", (inputs, property, reason) => {
    expect(checkShapes(fields, inputs)).toEqual([{ property, reason }]);
  });

  it("names the nearest of the inner names", () => {
    expect(checkShapes(fields, { ports: [{ internal: 1, iq: "::" }] })[0]?.reason).toContain('did you mean "ip"');
  });
});

describe("nearest", () => {
  it("finds a slip of the pen and no more", () => {
    expect(nearest("comand", ["command", "envs"])).toBe("command");
    expect(nearest("zzzzzz", ["command", "envs"])).toBeUndefined();
    expect(suggestion("zzzzzz", ["b", "a"])).toBe("known are: a, b");
  });
});
