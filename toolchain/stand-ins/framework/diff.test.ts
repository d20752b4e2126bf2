import { describe, expect, it } from "vitest";
import { difference } from "./diff.ts";
import { unknownValue } from "./values.ts";

const type = {
  replaceOn: ["name", "ports", "labels"],
  schemaDefaults: { mustRun: true, wait: false },
  sets: ["labels"],
};

describe("difference", () => {
  it("finds none between equal inputs, whatever notes a real provider left in them", () => {
    const olds = { name: "a", __defaults: ["name"], ports: [{ internal: 1, __defaults: [] }] };
    expect(difference(type, olds, { name: "a", ports: [{ internal: 1 }] }).changes).toEqual({});
  });

  it.each([
    ["a default and its absence", { mustRun: true, wait: false }, {}],
    ["empty and absent", { labels: [], options: {}, text: "" }, {}],
    ["false or 0 and absent, without a default", { privileged: false, memory: 0 }, {}],
    ["a set in another order", { labels: [{ a: 1, b: 2 }, { a: 2 }] }, { labels: [{ a: 2 }, { b: 2, a: 1 }] }],
  ])("takes %s for equal, both ways", (_, olds, news) => {
    expect(difference(type, olds, news).changes).toEqual({});
    expect(difference(type, news, olds).changes).toEqual({});
  });

  it("does not take false for absent where the default is true", () => {
    expect(difference(type, { mustRun: false }, {}).changes).toEqual({ mustRun: { kind: "delete", replace: false } });
  });

  it("names the path and the kind of each change", () => {
    const olds = { ports: [{ internal: 1 }, { internal: 2 }], tags: { a: "1", "b.c": "2" } };
    const news = { ports: [{ internal: 1 }, { internal: 3, ip: "::" }], tags: { "b.c": "3", d: "4" } };
    expect(difference(type, olds, news).changes).toEqual({
      "ports[1].internal": { kind: "update", replace: true },
      "ports[1].ip": { kind: "add", replace: true },
      "tags.a": { kind: "delete", replace: false },
      'tags["b.c"]': { kind: "update", replace: false },
      "tags.d": { kind: "add", replace: false },
    });
  });

  it("counts a value that is not known yet as changed", () => {
    expect(difference(type, { ports: [{ internal: 1 }] }, { ports: [{ internal: unknownValue }] }).replaces).toEqual([
      "ports",
    ]);
    expect(difference(type, { name: "a" }, { name: unknownValue }).deleteBeforeReplace).toBe(false);
  });

  it("honours what is to be ignored", () => {
    expect(difference(type, { name: "a", x: 1 }, { name: "b", x: 2 }, ["name"]).changes).toEqual({
      x: { kind: "update", replace: false },
    });
  });

  it("removes the old one first where both have the same name", () => {
    const olds = { name: "a", ports: [1] };
    expect(difference(type, olds, { name: "a", ports: [2] }).deleteBeforeReplace).toBe(true);
    expect(difference(type, olds, { name: "b", ports: [2] }).deleteBeforeReplace).toBe(false);
    expect(difference(type, { name: "a" }, { name: "a", x: 1 }).deleteBeforeReplace).toBe(false);
  });

  it("does so always or never where the type says it", () => {
    const [olds, news] = [{ name: "a" }, { name: "b" }];
    expect(difference({ ...type, deleteBeforeReplace: true }, olds, news).deleteBeforeReplace).toBe(true);
    expect(
      difference({ ...type, deleteBeforeReplace: false }, { ports: [1], name: "a" }, { ports: [2], name: "a" })
        .deleteBeforeReplace,
    ).toBe(false);
  });
});
