import { describe, expect, it } from "vitest";
import { clusterIdentity } from "./identity.ts";

const before = { scope: "orders", superuser: "postgres", version: 17, store: "etcd with 3 members" };

describe("what a cluster is", () => {
  it("may stay", () => {
    expect(clusterIdentity.consequences?.(before, { ...before })).toEqual([]);
  });

  it("is refused another superuser and another store at once, each with both values and the reason", () => {
    const after = { ...before, superuser: "admin", store: "raft" };
    expect(() => clusterIdentity.consequences?.(before, after)).toThrow(
      /refused.*\n.*superuser: postgres → admin: .*initdb.*\n.*store: etcd with 3 members → raft: .*\n.*Keep/,
    );
  });
});
