import { describe, expect, it } from "vitest";
import { InvalidArguments } from "../components/arguments.ts";
import { type KubernetesSettings, parseStackSettings } from "./schema.ts";

const settings = (values: Readonly<Record<string, unknown>>) =>
  parseStackSettings("kubernetes", values) as KubernetesSettings;

function refusal(stack: string, values: Readonly<Record<string, unknown>>): string {
  try {
    parseStackSettings(stack, values);
  } catch (error) {
    if (error instanceof InvalidArguments) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("the settings of a stack on Kubernetes", () => {
  it("name its namespace after the stack, and keep who leads in the cluster's own API", () => {
    expect(settings({})).toMatchObject({
      environment: "kubernetes",
      kubernetes: { namespace: "pgha-kubernetes" },
      consensus: { kind: "kubernetes" },
    });
    expect(settings({ consensus: { kind: "etcd", members: 5 } }).consensus).toMatchObject({ kind: "etcd", members: 5 });
  });

  it.each(["local", "vms", "aws"])("and no other keep who leads there, such as on %s", (stack) => {
    expect(refusal(stack, { consensus: { kind: "kubernetes" } })).toMatch(
      /consensus\.kind: "kubernetes" is for members that run in a Kubernetes cluster; use "etcd" here/,
    );
  });

  it("are refused for every port without a node port, and every node port without a port or with another's", () => {
    const exposure = {
      type: "NodePort",
      host: "192.0.2.1",
      sources: ["10.0.0.0/8"],
      nodePorts: { 5432: 30432, 5433: 30432, 6432: 31432, 7777: 30777 },
    };
    const text = refusal("kubernetes", { kubernetes: { exposure } });
    expect(text).toMatch(/nodePorts: balancer\.ports\.read exposes 6433, .*add "6433"/);
    expect(text).toMatch(/nodePorts: bucket\.port exposes 9000/);
    expect(text).toMatch(/nodePorts\.7777: no service exposes 7777; exposed are 6432, 6433, 5432, 5433, 9000/);
    expect(text).toMatch(/nodePorts\.5433: 30432 is the node port of another port already/);
    expect(text).toMatch(/: 4 problems/);
  });
});
