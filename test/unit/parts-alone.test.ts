import { describe, expect, it } from "vitest";
import {
  Balancer,
  InvalidArguments,
  PatroniCluster,
  type PatroniClusterOptions,
  Pool,
  type PoolOptions,
} from "../../components/index.ts";
import { DockerPlatform } from "../../platforms/docker/index.ts";
import { declaredBy } from "../support/declared.ts";

/** What a program is refused for. */
async function refusal(program: (platform: DockerPlatform) => unknown): Promise<string> {
  let refused: unknown;
  await declaredBy(
    () => {
      const platform = new DockerPlatform("test", { name: "test" });
      try {
        program(platform);
      } catch (error) {
        refused = error;
      }
    },
    { preview: true },
  );
  if (refused instanceof InvalidArguments) return refused.message;
  throw new Error("nothing was refused", { cause: refused });
}

const cluster = (given: PatroniClusterOptions["cluster"]) => (platform: DockerPlatform) =>
  new PatroniCluster("alone", { platform, scope: "alone", store: { kind: "raft", port: 2222 }, cluster: given ?? {} });

describe("a part that is used alone", () => {
  it("is a cluster with the same sums", async () => {
    const parameters = { shared_buffers: "4GB", max_wal_senders: 5, work_memory: "1MB" };
    const text = await refusal(cluster({ members: 5, parameters, timings: { retryTimeout: 10 } }));
    expect(text).toMatch(/^PatroniCluster alone: 4 problems\n/);
    for (const path of ["memory", "timings", "parameters.max_wal_senders", "parameters.work_memory"]) {
      expect(text).toContain(`  - ${path}: `);
    }
  });

  it("is a pool with the same sums", async () => {
    const text = await refusal((platform) => {
      const { pooler } = cluster({})(platform);
      const target: PoolOptions["target"] = { host: "somewhere", port: 5432 };
      const pool = { minPoolSize: 30, maxClientConnections: 5000 };
      return new Pool("alone", { platform, purpose: "write", target, lookup: pooler, admin: "postgres", pool });
    });
    expect(text).toMatch(/^Pool alone: 2 problems\n {2}- minPoolSize: .*\n {2}- memory: /);
  });

  it("is a balancer with the same sums", async () => {
    const backends = { members: [], writePoolers: [], readPoolers: [], poolerPorts: { write: 6442, read: 6443 } };
    const text = await refusal((platform) => {
      return new Balancer("alone", { platform, backends, balancer: { maxConnections: 10000 } });
    });
    expect(text).toMatch(/^Balancer alone: 2 problems\n {2}- maxConnections: .*\n {2}- memory: /);
  });
});
