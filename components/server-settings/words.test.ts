import { describe, expect, it } from "vitest";
import { readBool, readList, readWord } from "./words.ts";

describe("a switch", () => {
  it.each([
    ["on", true],
    ["TRUE", true],
    ["yes", true],
    [1, true],
    [true, true],
    ["off", false],
    ["No", false],
    [0, false],
    [false, false],
    // PostgreSQL would take these; Patroni would leave the setting out.
    ["t", undefined],
    ["of", undefined],
    [2, undefined],
  ])("%j is %j", (value, expected) => {
    expect(readBool(value)).toBe(expected);
  });
});

describe("a word", () => {
  it("is known in any case, and comes back in the server's spelling", () => {
    expect(readWord(["minimal", "replica"], "Replica")).toBe("replica");
    expect(readWord(["TLSv1.2"], "tlsv1.2")).toBe("TLSv1.2");
  });

  it("may be any that is a switch's, where the enum has on and off", () => {
    expect(readWord(["on", "off", "try"], true)).toBe("on");
    expect(readWord(["on", "off", "try"], "no")).toBe("off");
    expect(readWord(["off", "relaxed_order"], false)).toBeUndefined();
  });

  it("that is not there is none", () => {
    expect(readWord(["none", "all"], "some")).toBeUndefined();
  });
});

describe("a list", () => {
  it.each<[string, string[] | undefined]>([
    ["", []],
    ["  ", []],
    ["a", ["a"]],
    ["a, B ,c", ["a", "b", "c"]],
    ['"$user", public', ["$user", "public"]],
    ['"Mixed, Case",b', ["Mixed, Case", "b"]],
    ['"with ""quotes"""', ['with "quotes"']],
    ['"a', undefined],
    ["a,", undefined],
    [",a", undefined],
    ["a b", undefined],
    ['""', undefined],
  ])("%j is %j", (text, expected) => {
    expect(readList(text)).toEqual(expected);
  });
});
