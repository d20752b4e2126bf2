import { describe, expect, it } from "vitest";
import { z } from "zod";
import { knownEntries, knownParts, whereKnown } from "./known-parts.ts";

const schema = z.strictObject({
  a: z.strictObject({ size: z.int().default(1), other: z.int().default(2) }).prefault({}),
  list: z.array(z.strictObject({ name: z.string() })).default([]),
  choice: z
    .discriminatedUnion("kind", [
      z.strictObject({ kind: z.literal("x"), must: z.string() }),
      z.strictObject({ kind: z.literal("y") }),
    ])
    .prefault({ kind: "y" }),
  values: z.record(z.string(), z.int()).default({}),
});

type Known = NonNullable<ReturnType<typeof knownParts<typeof schema>>>;
/** What can be read, or "unknown". */
const read = (value: unknown, look: (known: Known) => unknown, unknown: string[][] = []) => {
  const known = knownParts(schema, value, unknown);
  if (known === undefined) return "nothing";
  return whereKnown(() => [look(known)])[0] ?? "unknown";
};

describe("what is known of settings of which something is wrong", () => {
  it("is everything but that", () => {
    const value = { a: { size: "big", other: 5 } };
    expect(read(value, ({ a }) => a.other)).toBe(5);
    expect(read(value, ({ a }) => a.size)).toBe("unknown");
    expect(read(value, ({ a }) => ({ ...a }))).toBe("unknown");
    expect(read(value, ({ choice }) => choice.kind)).toBe("y");
  });

  it("is not what a misspelt key was meant to be", () => {
    expect(read({ a: { sise: 4 } }, ({ a }) => a.size)).toBe("unknown");
    expect(read({ a: { sise: 4 } }, ({ a }) => a.other)).toBe(2);
  });

  it("is nothing of a list, of which one element is wrong", () => {
    expect(read({ list: [{ name: "one" }, { name: 2 }] }, ({ list }) => list.length)).toBe("unknown");
    expect(read({ list: [{ name: 1 }, { name: 2 }] }, ({ a }) => a.size)).toBe(1);
  });

  it("is nothing of a choice that lacks something", () => {
    expect(read({ choice: { kind: "x" } }, ({ choice }) => choice.kind)).toBe("unknown");
    expect(read({ choice: { kind: "z" } }, ({ choice }) => choice.kind)).toBe("unknown");
    expect(read({ choice: { kind: "z" } }, ({ a }) => a.size)).toBe(1);
  });

  it("is not what follows from something unknown", () => {
    expect(read({}, ({ a }) => a.size, [["a", "size"]])).toBe("unknown");
    expect(read({}, ({ a }) => a.other, [["a", "size"]])).toBe(2);
  });

  it("is each entry of a record but the wrong one", () => {
    expect(read({ values: { one: 1, two: "2" } }, ({ values }) => knownEntries(values))).toEqual({ one: 1 });
  });

  it.each([undefined, null, "text", [], 5])("is nothing of %j", (value) => {
    expect(read(value, ({ a }) => a)).toBe("nothing");
  });

  it("hides no error of a rule's own", () => {
    expect(() =>
      whereKnown(() => {
        throw new TypeError("a mistake");
      }),
    ).toThrow(TypeError);
  });
});
