import { describe, expect, it } from "vitest";
import { InvalidArguments } from "../arguments.ts";
import { serverParameters } from "../cluster/server-parameters.ts";
import { resolveHaPostgres } from "./resolve.ts";

const settingsOf = (value: unknown) => resolveHaPostgres("HaPostgres", value).settings;

/** All that is wrong, as a person reads it. */
function problems(value: unknown): string[] {
  try {
    settingsOf(value);
  } catch (error) {
    if (error instanceof InvalidArguments) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

const GiB = 1024;

describe("what is not said", () => {
  it("is a laptop's, with the pools of the rows S2 and S3", () => {
    const { size, workload, cluster, pools } = settingsOf({});
    expect({ size, workload }).toEqual({ size: "laptop", workload: "mixed" });
    expect(cluster).toMatchObject({ members: 3, memory: 1.5 * GiB, workload: "mixed", connections: 200 });
    expect(cluster.timings).toEqual({ ttl: 20, loopWait: 2, retryTimeout: 5, primaryStartTimeout: 0 });
    expect(pools.write).toMatchObject({ mode: "transaction", maxClientConnections: 200, defaultPoolSize: 25 });
    expect(pools.read).toMatchObject({ mode: "session", maxClientConnections: 300, defaultPoolSize: 50 });
  });

  it.each([
    ["small", 4 * GiB, 2, 50 * GiB],
    ["production", 16 * GiB, 4, 200 * GiB],
  ])("follows from the size %s", (size, memory, cores, volumeSize) => {
    expect(settingsOf({ size }).cluster).toMatchObject({ memory, cores, volumeSize });
  });

  it("follows from the size less what the user says", () => {
    const { cluster, consensus } = settingsOf({ size: "production", cluster: { memory: "8GiB" } });
    expect(cluster).toMatchObject({ memory: 8 * GiB, cores: 4 });
    expect(consensus).toMatchObject({ kind: "etcd", memory: GiB });
  });

  it("takes nothing from a choice that the user made otherwise", () => {
    expect(settingsOf({ size: "production", consensus: { kind: "raft" } }).consensus).toEqual({
      kind: "raft",
      port: 2222,
    });
  });

  it("is tuned for the workload", () => {
    const jit = (workload: string) => serverParameters(settingsOf({ workload }).cluster, []).jit;
    expect([jit("oltp"), jit("olap")]).toEqual(["off", "on"]);
    expect(settingsOf({ workload: "olap", cluster: { workload: "oltp" } }).cluster.workload).toBe("oltp");
  });

  it("has connections for all pools of all databases", () => {
    const databases = [{ name: "a" }, { name: "b" }];
    expect(settingsOf({ databases }).cluster.connections).toBe(350);
    expect(settingsOf({ size: "small", databases, cluster: { connections: 400 } }).cluster.connections).toBe(400);
  });

  it("follows from the recovery-time goal, around what the user says", () => {
    const { cluster, balancer, pools } = settingsOf({ recoveryTimeGoal: 60, cluster: { timings: { ttl: 30 } } });
    expect(cluster.timings).toEqual({ ttl: 30, loopWait: 4, retryTimeout: 7, primaryStartTimeout: 0 });
    expect(balancer.checks).toEqual({ interval: 1, fastInterval: 0.5, downInterval: 1, fall: 2 });
    expect(pools.read).toMatchObject({ serverLoginRetry: 0.5, serverConnectTimeout: 10 });
  });

  it("follows from what one pool says only for that pool", () => {
    const { pools } = settingsOf({ recoveryTimeGoal: 60, pools: { write: { serverLoginRetry: 2 } } });
    expect([pools.write.serverLoginRetry, pools.read.serverLoginRetry]).toEqual([2, 0.5]);
  });
});

describe("sizes", () => {
  it.each([
    ["512MiB", 512],
    ["2GiB", 2 * GiB],
    ["0TiB", undefined],
    [512, 512],
  ])("of %s are %s MiB", (memory, expected) => {
    const given = { cluster: { memory, connections: 10 }, pools: small };
    if (expected === undefined) expect(problems(given)).toEqual([expect.stringContaining("at least 256MiB")]);
    else expect(settingsOf(given).cluster.memory).toBe(expected);
  });
});

const one = { instances: 1, defaultPoolSize: 1, minPoolSize: 0 };
const small = { write: one, read: one };

describe("bad input", () => {
  it.each<[string, unknown, RegExp[]]>([
    [
      "a preset that does not exist",
      { size: "produktion" },
      [/^size: .*"laptop".*"small".*"production".*did you mean "production"\?/],
    ],
    ["a workload that does not exist", { workload: "oltb" }, [/^workload: .*did you mean "oltp"\?/]],
    ["GB", { cluster: { memory: "16GB" } }, [/^cluster\.memory: .*write "16GiB" instead of "16GB", whose unit/]],
    ["gb", { cluster: { memory: "16gb" } }, [/^cluster\.memory: .*write "16GiB" instead of "16gb"/]],
    ["G", { cluster: { volumeSize: "16G" } }, [/^cluster\.volumeSize: .*write "16GiB" instead of "16G"/]],
    ["M", { balancer: { memory: "512 m" } }, [/^balancer\.memory: .*write "512MiB" instead of "512 m"/]],
    ["a size without a unit", { bucket: { kind: "minio", memory: "512" } }, [/^bucket\.memory: .*write "512MiB"/]],
    [
      "a size that is too little",
      { pools: { read: { memory: "8MiB" } } },
      [/^pools\.read\.memory: at least 32MiB, not "8MiB"/],
    ],
    [
      "milliseconds",
      { recoveryTimeGoal: 30000 },
      [/^recoveryTimeGoal: whole seconds.*milliseconds, write 30, not 30000/],
    ],
    ["a goal as a text", { recoveryTimeGoal: "30s" }, [/^recoveryTimeGoal: whole seconds.*write 30, not "30s"/]],
    ["minutes", { recoveryTimeGoal: "2min" }, [/^recoveryTimeGoal: whole seconds.*write 120, not "2min"/]],
    [
      "a lease in milliseconds",
      { cluster: { timings: { ttl: 20000 } } },
      [/^cluster\.timings\.ttl: .*write 20, not 20000/],
    ],
    [
      "checks in milliseconds",
      { balancer: { checks: { interval: 500 } } },
      [/^balancer\.checks\.interval: seconds.*write 0\.5, not 500/],
    ],
    [
      "a goal that nobody can hold",
      { recoveryTimeGoal: 10 },
      [/^recoveryTimeGoal: 10 s is less.*4 s when PostgreSQL crashes.*27 s when its node dies.*; use 27 or more/],
    ],
    [
      "a goal against a lease",
      { recoveryTimeGoal: 30, cluster: { timings: { ttl: 40 } } },
      [
        /^recoveryTimeGoal: 30 s cannot be held with cluster\.timings\.ttl 40 \(22 would do\): 47 s when its node.*raise the goal to 47/,
      ],
    ],
    [
      "a goal against a pool",
      { recoveryTimeGoal: 30, pools: { read: { serverLoginRetry: 15 } } },
      [/^recoveryTimeGoal: 30 s cannot be held with pools\.read\.serverLoginRetry 15 \(0\.2 would do\)/],
    ],
    [
      "a goal without anybody to take over",
      { recoveryTimeGoal: 60, cluster: { members: 1 } },
      [/^recoveryTimeGoal: 60 s, but there is nobody to take over/],
    ],
    [
      "fewer connections than the pools open",
      { cluster: { parameters: { max_connections: 100 } } },
      [
        /^cluster\.parameters\.max_connections: 100 less 3 reserved.*158.*54 of pools\.write.*104 of pools\.read.*raise it to 161/,
      ],
    ],
    [
      "the same, of connections",
      { cluster: { connections: 150 } },
      [/^cluster\.connections: 150 less 3 reserved is fewer than the 158/],
    ],
    [
      "more memory than the limit",
      { cluster: { parameters: { shared_buffers: "4GB" } } },
      [/^cluster\.memory: 1536MiB is less than the \d+MiB.*shared_buffers 4GB.*raise it to \d+(MiB|GiB)/],
    ],
    [
      "more WAL than the volume holds",
      { cluster: { parameters: { max_slot_wal_keep_size: "20GB" } } },
      [/^cluster\.volumeSize: 10GiB is too little.*max_slot_wal_keep_size 20GB.*raise volumeSize to 42GiB/],
    ],
    [
      "WAL without end",
      { cluster: { parameters: { max_slot_wal_keep_size: -1 } } },
      [/^cluster\.parameters\.max_slot_wal_keep_size: -1 lets a replica.*at most 5120MB/],
    ],
    [
      "fewer senders than replicas need",
      { cluster: { members: 5, parameters: { max_wal_senders: 5 } } },
      [/^cluster\.parameters\.max_wal_senders: 5 is too few for 5 members.*at least 6/],
    ],
    [
      "more clients than a pooler may have files",
      {
        pools: { write: { maxClientConnections: 19950, memory: "2GiB" } },
        balancer: { maxConnections: 40000, memory: "3GiB" },
      },
      [
        /^balancer\.maxConnections: 40000 connections need/,
        /^pools\.write\.maxClientConnections: 19950 clients and 27 server connections.*at most 19909/,
        /^balancer\.maxConnections: 40000 is fewer than the 40658.*to the servers; lower pools/,
      ],
    ],
    [
      "more clients than a pooler has memory for",
      { pools: { write: { instances: 1, maxClientConnections: 1700 } } },
      [/^pools\.write\.memory: 96MiB is less than the 103MiB.*raise it to/],
    ],
    [
      "more clients than the balancers let in",
      { pools: { write: { maxClientConnections: 1800, memory: "256MiB" } } },
      [/^balancer\.maxConnections: 4000 is fewer than the 4358 .*4200 clients.*158 of the pools.*raise it to 4358/],
    ],
    [
      "more connections than a balancer may have files",
      { balancer: { maxConnections: 10000, memory: "1GiB" } },
      [/^balancer\.maxConnections: 10000 connections need 20256 files.*at most 9872/],
    ],
    [
      "more connections than a balancer has memory for",
      { balancer: { maxConnections: 9000 } },
      [/^balancer\.memory: 256MiB is less than the 498MiB.*raise it to 512MiB/],
    ],
    [
      "more kept connections than the pool",
      { pools: { write: { minPoolSize: 30 } } },
      [/^pools\.write\.minPoolSize: 30 connections.*defaultPoolSize 25/],
    ],
    [
      "a parameter that no server knows",
      { cluster: { parameters: { work_memory: "4MB" } } },
      [/^cluster\.parameters\.work_memory: .*did you mean "work_mem"\?/],
    ],
    [
      "a parameter that contradicts another",
      { cluster: { parameters: { min_wal_size: "8GB" } } },
      [/^cluster\.parameters\.min_wal_size: .*max_wal_size/],
    ],
    [
      "a list for a parameter",
      { cluster: { parameters: { work_mem: ["4MB"] } } },
      [/^cluster\.parameters\.work_mem: .*not a list/],
    ],
    ["nothing where a part is", { pools: null }, [/^pools: expected object, not null/]],
    ["a kind that does not exist", { consensus: { kind: "ectd" } }, [/^consensus\.kind: .*did you mean "etcd"\?/]],
    ["no kind", { consensus: { members: 5 } }, [/^consensus\.kind: missing/]],
    ["no object at all", "laptop", [/^: expected object, not "laptop"/]],
    [
      "a secret of the wrong type",
      { bucket: { kind: "s3", endpoint: "https://s3.example.com", bucket: "them", accessKey: "k", secretKey: 12345 } },
      [/^bucket\.secretKey: expected string, not what is given, a secret$/],
    ],
  ])("of %s is refused", (_, value, messages) => {
    expect(problems(value)).toEqual(messages.map((message) => expect.stringMatching(message)));
  });

  it("is said all at once: shapes, units, names and every sum that can be known", () => {
    const found = problems({
      sise: "small",
      workload: "web",
      recoveryTimeGoal: "30000ms",
      consensus: { kind: "etcd", members: 4, memory: "1GB" },
      cluster: {
        synchronousNodeCount: 3,
        connections: 100,
        volumeSize: "2GiB",
        timings: { ttl: 15 },
        parameters: { work_memory: "1MB", max_slot_wal_keep_size: "10GB" },
      },
      balancer: { ports: { read: 6432 }, maxConnections: 1000 },
      pools: { write: { mode: "transactional", minPoolSize: 26 }, read: { maxClientConnection: 3 } },
      databases: [{ name: "a" }, { name: "a" }, { name: "B" }],
    });
    const paths = found.map((problem) => problem.replace(/: .*$/s, ""));
    expect(paths.sort()).toEqual(
      [
        "sise",
        "workload",
        "recoveryTimeGoal",
        "consensus.members",
        "consensus.memory",
        "cluster.synchronousNodeCount",
        "cluster.timings.ttl",
        "pools.write.mode",
        "pools.write.minPoolSize",
        "pools.read.maxClientConnection",
        "balancer.ports.read",
        "databases[1].name",
        "databases[2].name",
      ].sort(),
    );
  });

  it("of one value does not bring up sums in which a default stands for it", () => {
    expect(problems({ cluster: { memory: "16GB", parameters: { shared_buffers: "4GB" } } })).toHaveLength(1);
    expect(problems({ size: "big", cluster: { parameters: { shared_buffers: "4GB" } } })).toHaveLength(1);
    expect(problems({ cluster: { conections: 50, parameters: { work_mem: "16MB" } } })).toHaveLength(1);
  });
});
