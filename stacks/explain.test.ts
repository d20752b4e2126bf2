import { describe, expect, it } from "vitest";
import { readConfigFile } from "./config-file.ts";
import { explainStack, explanationText, nested } from "./explain.ts";
import { parseStackSettings } from "./schema.ts";

const project = "pulumi-postgres-ha";

function sources(stack: string, given: Readonly<Record<string, unknown>>): Record<string, string> {
  const { values } = explainStack(stack, given);
  return Object.fromEntries(
    values.map(({ path, value, source }) => [path.join("."), `${JSON.stringify(value)} ${source}`]),
  );
}

const given = {
  size: "small",
  recoveryTimeGoal: 30,
  cluster: { memory: "6GiB", parameters: { work_mem: "3MB" }, timings: { loopWait: 1 } },
  bucket: {
    kind: "s3",
    endpoint: "https://s3.example.com",
    bucket: "them",
    accessKey: "key",
    secretKey: "their-secret",
  },
};

describe("the effective configuration", () => {
  it("says where each value comes from", () => {
    expect(sources("orders", given)).toMatchObject({
      environment: '"local" the stack\'s name',
      size: '"small" you (Pulumi.orders.yaml)',
      workload: '"mixed" default',
      "docker.name": '"pgha-orders" the stack\'s name',
      "consensus.memory": '"512MiB" preset small',
      "cluster.memory": '"6GiB" you (Pulumi.orders.yaml)',
      "cluster.cores": "2 preset small",
      "cluster.connections": "200 pools and databases",
      "cluster.timings.loopWait": "1 you (Pulumi.orders.yaml)",
      "cluster.timings.ttl": "23 recoveryTimeGoal 30",
      "cluster.parameters.work_mem": '"3MB" you (Pulumi.orders.yaml)',
      "cluster.parameters.shared_buffers": '"1536MB" tuned: memory 6GiB, 2 cores, ssd, mixed',
      "cluster.parameters.wal_log_hints": '"on" this library',
      "cluster.parameters.shared_preload_libraries": '"pg_cron,pg_stat_statements" extensions',
      "balancer.checks.interval": "0.5 recoveryTimeGoal 30",
      "pools.write.mode": '"transaction" default',
    });
  });

  it("knows what an environment brings", () => {
    expect(sources("kubernetes", {})).toMatchObject({
      size: '"production" environment kubernetes',
      "consensus.kind": '"kubernetes" environment kubernetes',
      "cluster.memory": '"16GiB" preset production',
    });
  });

  it("says how long each fault is felt", () => {
    expect(explainStack("orders", given).recoveryTimes).toEqual({ crash: 4, killed: 5, stopped: 5, lost: 30 });
    expect(explainStack("orders", { cluster: { members: 1 } }).recoveryTimes).toBeUndefined();
  });

  it("shows no secret", () => {
    const explained = explainStack("orders", given);
    expect(explanationText(project, explained)).toContain('secretKey: "****" # you (Pulumi.orders.yaml)');
    expect(JSON.stringify(nested(explained)) + explanationText(project, explained)).not.toContain("their-secret");
  });

  it.each(["local", "kubernetes", "vms", "aws"])("of %s is a settings file that says the same", (stack) => {
    const text = explanationText(project, explainStack(stack, {}));
    const { parameters: _, ...again } = parseStackSettings(stack, readConfigFile(text, project).values).cluster;
    const { parameters: __, ...before } = parseStackSettings(stack, {}).cluster;
    expect(again).toEqual(before);
    expect(nested(explainStack(stack, readConfigFile(text, project).values))).toEqual(nested(explainStack(stack, {})));
  });

  it("has a comment behind every value", () => {
    const lines = explanationText(project, explainStack("local", {})).split("\n\n")[0]?.split("\n") ?? [];
    expect(lines.filter((line) => !/ # |:$/.test(line))).toEqual([]);
  });
});
