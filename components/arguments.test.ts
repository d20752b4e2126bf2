import { describe, expect, it } from "vitest";
import { InvalidArguments } from "./arguments.ts";
import { resolveHaPostgres } from "./ha-postgres/resolve.ts";

function problems(value: unknown): string[] {
  try {
    resolveHaPostgres("HaPostgres", value);
  } catch (error) {
    if (error instanceof InvalidArguments) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

describe("arguments", () => {
  it("are all optional", () => {
    const { settings } = resolveHaPostgres("HaPostgres", {});
    expect(settings.cluster.members).toBe(3);
    expect(settings.databases).toMatchObject([{ name: "app", extensions: ["vector", "pg_stat_statements"] }]);
  });

  it.each<[string, unknown, RegExp]>([
    ["an unknown key", { pols: {} }, /^pols: unknown key "pols"; did you mean "pools"\? Known here: /],
    [
      "an unknown key deep inside",
      { pools: { write: { maxClientConnection: 5 } } },
      /^pools\.write\.maxClientConnection: .*did you mean "maxClientConnections"\?/,
    ],
    ["an unknown key that resembles nothing", { zzzzzzzz: 1 }, /^zzzzzzzz: unknown key "zzzzzzzz"\. Known here: /],
    [
      "an unknown key of a choice",
      { consensus: { kind: "etcd", member: 3 } },
      /^consensus\.member: .*did you mean "members"\?/,
    ],
    ["a wrong type", { cluster: { members: "three" } }, /^cluster\.members: .*expected number.*not "three"/],
    [
      "an even consensus",
      { consensus: { kind: "etcd", members: 4 } },
      /^consensus\.members: an even number.*4.*use 1, 3, 5 or 7/,
    ],
    [
      "two ports that are one",
      { balancer: { ports: { read: 6432 } } },
      /^balancer\.ports\.read: 6432 is balancer\.ports\.write already/,
    ],
    [
      "timings that Patroni would adjust",
      { cluster: { timings: { retryTimeout: 10 } } },
      /^cluster\.timings: loopWait \+ 2 \* retryTimeout is 22 s, more than ttl, 20 s; raise ttl to 22/,
    ],
    ["a lease below Patroni's floor", { cluster: { timings: { ttl: 15 } } }, /^cluster\.timings\.ttl: .*>=20.*not 15/],
    [
      "more synchronous replicas than replicas",
      { cluster: { synchronousNodeCount: 3 } },
      /^cluster\.synchronousNodeCount: 3 synchronous replicas of 2 that there are/,
    ],
    ["a database twice", { databases: [{ name: "a" }, { name: "a" }] }, /^databases\[1\]\.name: "a" is declared twice/],
    [
      "an extension that is not known",
      { databases: [{ name: "a", extensions: ["vectr"] }] },
      /^databases\[0\]\.extensions\[0\]: .*not "vectr"/,
    ],
    [
      "a name that needs quotes",
      { databases: [{ name: "My App" }] },
      /^databases\[0\]\.name: .*lower-case.*not "My App"/,
    ],
  ])("refuse %s", (_, value, message) => {
    expect(problems(value)).toEqual([expect.stringMatching(message)]);
  });

  it("are refused for everything that is wrong, at once", () => {
    const wrong = { pols: {}, consensus: { kind: "etcd", members: 2 }, cluster: { members: 10, versio: 17 } };
    expect(problems(wrong)).toHaveLength(4);
  });
});
