import { describe, expect, it } from "vitest";
import { declaredPart, mergePatch, reversePatch } from "./merge-patch.ts";

const declared = { ttl: 20, postgresql: { parameters: { work_mem: "8MB", max_connections: 200 }, pg_hba: ["a", "b"] } };

describe("the patch of Patroni's dynamic configuration", () => {
  it("is empty where the cluster has what is declared", () => {
    expect(mergePatch(declared, declared, { ...declared, pause: true })).toEqual({});
  });

  it("holds what differs and nothing else", () => {
    const actual = {
      ttl: 30,
      postgresql: { parameters: { work_mem: "4MB", max_connections: 200 }, pg_hba: ["b", "a"] },
    };
    expect(mergePatch(declared, {}, actual)).toEqual({
      ttl: 20,
      postgresql: { parameters: { work_mem: "8MB" }, pg_hba: ["a", "b"] },
    });
  });

  it("removes what is declared no more, and leaves what somebody else has set", () => {
    const previous = { ...declared, master_start_timeout: 5, postgresql: { parameters: { jit: "off" }, pg_hba: [] } };
    const actual = {
      ...declared,
      master_start_timeout: 5,
      pause: true,
      postgresql: {
        ...declared.postgresql,
        parameters: { ...declared.postgresql.parameters, jit: "off", geqo: "off" },
      },
    };
    expect(mergePatch(declared, previous, actual)).toEqual({
      master_start_timeout: null,
      postgresql: { parameters: { jit: null } },
    });
  });

  it("builds what the cluster lacks altogether", () => {
    expect(mergePatch(declared, {}, {})).toEqual(declared);
  });
});

it("shows of the cluster's configuration what is declared", () => {
  const actual = { ttl: 30, pause: true, postgresql: { parameters: { work_mem: "64MB", geqo: "off" } } };
  expect(declaredPart(declared, actual)).toEqual({ ttl: 30, postgresql: { parameters: { work_mem: "64MB" } } });
});

it("takes a patch back", () => {
  const before = { ttl: 30, pause: true, postgresql: { parameters: { work_mem: "4MB", geqo: "off" } } };
  const patch = { ttl: 20, postgresql: { parameters: { work_mem: "8MB", jit: "off", geqo: null }, pg_hba: ["a"] } };
  expect(reversePatch(patch, before)).toEqual({
    ttl: 30,
    postgresql: { parameters: { work_mem: "4MB", jit: null, geqo: "off" }, pg_hba: null },
  });
});
