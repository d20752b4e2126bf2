import { describe, expect, it } from "vitest";
import { type AccessInputs, accessRules } from "./access.ts";
import type { PlannedMachine } from "./layout.ts";

const machine = (name: string, kind: "database" | "balancer", ...roles: PlannedMachine["roles"]): PlannedMachine => ({
  name,
  kind,
  roles,
  zone: 0,
  address: "10.0.0.10",
  instanceType: "t3.small",
});
const service = (name: string, ...ports: number[]) => ({
  name,
  instances: 1,
  setting: name,
  ports: ports.map((port) => ({ port })),
});
const inputs: AccessInputs = {
  machines: [machine("db-1", "database", "database", "consensus"), machine("balancer-1", "balancer", "balancer")],
  services: [service("postgres", 5432, 8008), service("etcd", 2379), service("haproxy", 6432)],
  clientPorts: { write: 6432 },
  clients: ["10.0.0.0/16"],
  operators: [],
};
const shown = (changed: Partial<AccessInputs> = {}) =>
  accessRules({ ...inputs, ...changed }).map(({ to, port, from }) =>
    [to, port, "<-", "cidr" in from ? from.cidr : from.group].join(" "),
  );

describe("who may connect on EC2", () => {
  it("are the machines among each other, the load balancer to the balancers, and clients to the load balancer", () => {
    expect(shown()).toEqual([
      "database 2379 <- database",
      "database 2379 <- balancer",
      "database 5432 <- database",
      "database 5432 <- balancer",
      "database 8008 <- database",
      "database 8008 <- balancer",
      "balancer 6432 <- database",
      "balancer 6432 <- balancer",
      "balancer 6432 <- front",
      "front 6432 <- 10.0.0.0/16",
    ]);
  });

  it("are operators too, where there are some: for SSH, and as clients", () => {
    const more = shown({ operators: ["192.0.2.0/24"] }).filter((rule) => !shown().includes(rule));
    expect(more).toEqual(["front 6432 <- 192.0.2.0/24", "database 22 <- 192.0.2.0/24", "balancer 22 <- 192.0.2.0/24"]);
  });

  it("are named once, where operators are clients", () => {
    const rules = shown({ clients: ["192.0.2.0/24"], operators: ["192.0.2.0/24"] });
    expect(new Set(rules).size).toBe(rules.length);
  });
});
