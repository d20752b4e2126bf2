import { describe, expect, it } from "vitest";
import { explain } from "./explain.ts";

const layers = [
  { source: "preset small", values: { cluster: { memory: "4GiB", cores: 2 }, store: { kind: "x", memory: "1GiB" } } },
  { source: "you", values: { cluster: { memory: "8GiB", parameters: {} }, store: { kind: "y" }, names: ["a"] } },
];

function explained(settings: unknown): Record<string, unknown> {
  return Object.fromEntries(
    explain(layers, settings).map(({ path, value, source }) => [path.join("."), [value, source]]),
  );
}

describe("where a value comes from", () => {
  it("is the highest layer that says it, in that layer's own words", () => {
    expect(explained({ cluster: { memory: 8192, cores: 2, members: 3 } })).toEqual({
      "cluster.memory": ["8GiB", "you"],
      "cluster.cores": [2, "preset small"],
      "cluster.members": [3, "default"],
    });
  });

  it("is no layer of which the user took another choice", () => {
    expect(explained({ store: { kind: "y", memory: 256 } })).toEqual({
      "store.kind": ["y", "you"],
      "store.memory": [256, "default"],
    });
  });

  it("is told of a list as a whole, of an empty object, and not of what is not set", () => {
    expect(explained({ names: ["a"], cluster: { parameters: {}, connections: undefined } })).toEqual({
      names: [["a"], "you"],
      "cluster.parameters": [{}, "you"],
    });
  });
});
