import { describe, expect, it } from "vitest";
import { merged, sourceOf } from "./layers.ts";

const layer = (source: string, values: unknown) => ({ source, values });

describe("layers", () => {
  it.each<[string, unknown[], unknown]>([
    ["are added up key by key", [{ a: { b: 1, c: 2 } }, { a: { c: 3 } }], { a: { b: 1, c: 3 } }],
    ["let the higher list replace the lower", [{ a: [1, 2] }, { a: [3] }], { a: [3] }],
    ["let what is not set be as it is below", [{ a: 1 }, { a: undefined }], { a: 1 }],
    ["keep what is of the wrong shape, for the schema to refuse", [{ a: { b: 1 } }, { a: "text" }], { a: "text" }],
    ["keep a null", [{ a: { b: 1 } }, { a: null }], { a: null }],
    [
      "take nothing from another kind",
      [{ a: { kind: "x", size: 1 } }, { a: { kind: "y", port: 2 } }],
      { a: { kind: "y", port: 2 } },
    ],
    [
      "take from the same kind, over another between them",
      [{ a: { kind: "x", size: 1 } }, { a: { kind: "y" } }, { a: { kind: "x", members: 5 } }],
      { a: { kind: "x", size: 1, members: 5 } },
    ],
    [
      "leave a choice without its kind as it is",
      [{ a: { kind: "x", size: 1 } }, { a: { members: 5 } }],
      { a: { members: 5 } },
    ],
  ])("%s", (_, values, expected) => {
    expect(merged(values)).toEqual(expected);
  });

  const layers = [
    layer("preset", { cluster: { memory: 1, members: 3 }, store: { kind: "x", size: 1 } }),
    layer("you", { cluster: { members: 5 }, store: { kind: "y" } }),
  ];
  it.each<[string[], string | undefined]>([
    [["cluster", "members"], "you"],
    [["cluster", "memory"], "preset"],
    [["cluster", "version"], undefined],
    [["store", "kind"], "you"],
    [["store", "size"], undefined],
    [["nothing", "here"], undefined],
  ])("know where %j comes from", (path, source) => {
    expect(sourceOf(layers, path)).toBe(source);
  });
});
