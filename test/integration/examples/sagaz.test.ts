import { describe, expect, it } from "vitest";
import { changesNothingAgain, runningExample } from "../../support/running-example.ts";

/** The commands are the seed's own, as it prints them. */
const example = runningExample("sagaz", {
  services: { "postgres-primary": "postgres-1", "postgres-replica": "postgres-2" },
  // One of what the seed has one of; two servers, as it has them.
  postgres: {
    consensus: { kind: "etcd", members: 1 },
    cluster: { members: 2 },
    balancer: { instances: 1 },
  },
});
const must = (script: string) => example.shell.must(script);

describe("replication", () => {
  it("streams, with no lag to speak of", async () => {
    const status = await must(`docker-compose exec postgres-primary psql -U postgres -c \\
  "SELECT * FROM pg_stat_replication;"`);
    expect(status).toContain("streaming");
    expect(
      await must('docker-compose exec postgres-replica psql -U postgres -c \\\n  "SELECT pg_is_in_recovery();"'),
    ).toMatch(/^ t$/m);
  });
});

describe("the pools", () => {
  it.each(["6432", "6433"])("on port %s", async (port) => {
    const pools = await must(`psql -h localhost -p ${port} -U postgres -d pgbouncer -c 'SHOW POOLS;'`);
    expect(pools).toContain("sagaz");
  });
});

changesNothingAgain(example);
