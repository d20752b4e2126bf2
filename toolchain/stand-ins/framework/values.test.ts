import structs from "google-protobuf/google/protobuf/struct_pb.js";
import { describe, expect, it } from "vitest";
import { decode, encode, hasUnknown, knownOnly, unknownValue, withoutNotes } from "./values.ts";

describe("values on the wire", () => {
  it("go there and back, without what is undefined or null", () => {
    const value = {
      text: "a",
      number: 1.5,
      flag: false,
      list: [1, { a: undefined, b: "c" }],
      gone: undefined,
      empty: null,
    };
    expect(decode(encode(value))).toEqual({ text: "a", number: 1.5, flag: false, list: [1, { b: "c" }] });
    expect(decode(undefined)).toEqual({});
  });

  it("are marked as secret where asked for, and read in clear", () => {
    const struct = encode({ result: "s", other: "o", later: unknownValue }, ["result", "missing", "later"]);
    expect(struct.toJavaScript()).toEqual({
      result: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "s" },
      other: "o",
      later: unknownValue,
    });
    expect(decode(struct)).toEqual({ result: "s", other: "o", later: unknownValue });
  });

  it("drop nulls at every depth", () => {
    expect(decode(structs.Struct.fromJavaScript({ a: null, b: { c: null, d: 1 } }))).toEqual({ b: { d: 1 } });
  });
});

describe("values that are not known yet", () => {
  it("are found at every depth", () => {
    expect(hasUnknown({ a: [{ b: unknownValue }] })).toBe(true);
    expect(hasUnknown({ a: [{ b: "x" }] })).toBe(false);
    expect(knownOnly({ a: [unknownValue], b: 1 })).toEqual({ b: 1 });
  });
});

it("the notes of real providers are dropped at every depth", () => {
  expect(withoutNotes({ __meta: "{}", __defaults: [], a: [{ __defaults: ["b"], c: 1 }] })).toEqual({ a: [{ c: 1 }] });
});
