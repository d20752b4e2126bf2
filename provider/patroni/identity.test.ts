import { describe, expect, it } from "vitest";
import { clusterIdentity } from "./identity.ts";

const before = {
  scope: "orders",
  superuser: "postgres",
  version: 17,
  store: "etcd with 3 members",
  memory: 4096,
  memoryUse: 3900,
};

describe("what a cluster is", () => {
  it("may stay, and grow", () => {
    expect(clusterIdentity.consequences?.(before, { ...before })).toEqual([]);
    expect(clusterIdentity.consequences?.(before, { ...before, memory: 8192, memoryUse: 8000 })).toEqual([]);
  });

  it("is refused another superuser and another store at once, each with both values, the reason and the way out", () => {
    const after = { ...before, superuser: "admin", store: "raft" };
    expect(() => clusterIdentity.consequences?.(before, after)).toThrow(
      /refused.*\n.*superuser: postgres → admin: .*initdb.*keep it.*\n.*store: etcd with 3 members → raft: .*keep it/,
    );
  });

  it("is refused less memory than its running servers may use, until they may use less", () => {
    const after = { ...before, memory: 2048, memoryUse: 2000 };
    expect(() => clusterIdentity.consequences?.(before, after)).toThrow(
      /memory: 4096 MiB → 2048 MiB: the running servers may use 3900 MiB; first .*parameters/,
    );
    expect(clusterIdentity.consequences?.({ ...before, memoryUse: 2000 }, after)).toEqual([]);
  });
});
