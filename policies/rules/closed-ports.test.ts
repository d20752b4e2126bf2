import { describe, expect, it } from "vitest";
import { type Properties, unknown } from "../graph/values.ts";
import { container, files, patroni, sample, stackProblemsOf, statefulSet } from "../sample.ts";
import { closedPorts } from "./closed-ports.ts";

const published = (ip: string | undefined, internal = 5432) =>
  container({ ports: [{ internal, external: 15432, ip }] });
const service = (spec: Record<string, unknown>, annotations = {}) =>
  sample("kubernetes:core/v1:Service", {
    metadata: { annotations },
    spec: { ports: [{ port: 5432 }], ...spec } as never,
  });
const firewall = (rule: Record<string, unknown>) =>
  sample("aws:ec2/securityGroup:SecurityGroup", { ingress: [{ protocol: "tcp", ...rule } as never] });
const tls = patroni({
  postgresql: { parameters: { ssl: "on" }, pg_hba: ["local all all peer", "hostssl all all all scram-sha-256"] },
});

describe("a port of the database", () => {
  it.each([
    ["published on every address", published("0.0.0.0"), "port 5432 is published on 0.0.0.0"],
    ["published on every IPv6 address", published("::"), "on ::"],
    [
      "published with others on every address",
      container({ ports: [5432, 5433, 80].map((internal) => ({ internal, ip: "0.0.0.0" })) }),
      "ports 5432, 5433 are published on 0.0.0.0",
    ],
    ["published where no address is given", published(undefined), "0.0.0.0, which is meant where no address is given"],
    ["of etcd", published("0.0.0.0", 2379), "port 2379"],
    [
      "of a balancer of ours with a number of its own",
      container({
        ports: [{ internal: 7000, external: 7000, ip: "0.0.0.0" }],
        labels: [{ label: "pulumi-postgres-ha.service", value: "haproxy" }],
      }),
      "port 7000",
    ],
    ["behind a load balancer", service({ type: "LoadBalancer" }), "a Service of type LoadBalancer"],
    [
      "of ours with a number of its own behind a load balancer",
      sample("kubernetes:core/v1:Service", {
        metadata: {
          labels: { "app.kubernetes.io/part-of": "pulumi-postgres-ha", "app.kubernetes.io/name": "haproxy" },
        },
        spec: { type: "LoadBalancer", ports: [{ port: 7000 }], loadBalancerSourceRanges: ["0.0.0.0/0"] },
      }),
      "port 7000",
    ],
    ["behind a node port", service({ type: "NodePort" }), "a Service of type NodePort"],
    [
      "of the host itself",
      statefulSet({ containers: [{ ports: [{ containerPort: 5432, hostPort: 5432 }] }] }),
      "every node",
    ],
    [
      "open in a firewall",
      firewall({ fromPort: 5000, toPort: 6000, cidrBlocks: ["0.0.0.0/0"] }),
      "ports 5432, 5433 are open to 0.0.0.0/0",
    ],
    ["open among all", firewall({ protocol: "-1", fromPort: 0, toPort: 0, ipv6CidrBlocks: ["::/0"] }), "open to ::/0"],
    [
      "open in a rule of its own",
      sample("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {
        ipProtocol: "tcp",
        fromPort: 6432,
        toPort: 6432,
        cidrIpv4: "0.0.0.0/0",
      }),
      "port 6432",
    ],
  ])("is refused %s", (_, resource, said) => {
    const problems = stackProblemsOf(closedPorts, resource);
    expect(problems).toEqual([expect.stringContaining(said)]);
    expect(closedPorts.stackProblems([resource])[0]?.urn).toBe(resource.urn);
  });

  it.each([
    ["on a loopback address", published("127.0.0.1")],
    ["on the IPv6 loopback address", published("::1")],
    ["on the address of a private network", published("10.0.0.5")],
    ["on an address that is not known yet", container({ ports: [{ internal: 5432, ip: unknown }] })],
    ["within a cluster", service({ type: "ClusterIP" })],
    ["for the networks that are named", service({ type: "LoadBalancer", loadBalancerSourceRanges: ["10.0.0.0/8"] })],
    [
      "within a cloud",
      service({ type: "LoadBalancer" }, { "service.beta.kubernetes.io/aws-load-balancer-internal": "true" }),
    ],
    ["for a group of machines", firewall({ fromPort: 5432, toPort: 5432, securityGroups: ["sg-1"] })],
    ["to one network", firewall({ fromPort: 5432, toPort: 5432, cidrBlocks: ["10.0.0.0/8"] })],
  ])("is accepted %s", (_, resource) => {
    expect(stackProblemsOf(closedPorts, resource)).toEqual([]);
  });

  it("behind a node port is accepted where a NetworkPolicy names who comes", () => {
    const selector = { app: "haproxy" };
    const open = service({ type: "NodePort", selector });
    const policy = (from: readonly Properties[], podSelector: Properties = { matchLabels: selector }) =>
      sample("kubernetes:networking.k8s.io/v1:NetworkPolicy", {
        spec: { podSelector, ingress: [{ from, ports: [{ port: 5432 }] }] },
      });
    expect(stackProblemsOf(closedPorts, open, policy([{ ipBlock: { cidr: "10.0.0.0/8" } }]))).toEqual([]);
    expect(stackProblemsOf(closedPorts, open, policy([{ podSelector: {} }], {}))).toEqual([]);
    expect(stackProblemsOf(closedPorts, open, policy([{ ipBlock: { cidr: "0.0.0.0/0" } }]))).toHaveLength(1);
    expect(stackProblemsOf(closedPorts, open, policy([]))).toHaveLength(1);
    const others = policy([{ ipBlock: { cidr: "10.0.0.0/8" } }], { matchLabels: { app: "other" } });
    expect(stackProblemsOf(closedPorts, open, others)).toHaveLength(1);
  });

  it("is none of a web server", () => {
    const web = container({ ports: [{ internal: 80, external: 80, ip: "0.0.0.0" }] });
    expect(
      stackProblemsOf(closedPorts, web, firewall({ fromPort: 443, toPort: 443, cidrBlocks: ["0.0.0.0/0"] })),
    ).toEqual([]);
  });
});

describe("an open port", () => {
  const pool = (mode: string) =>
    files({ "/etc/pgbouncer/pgbouncer.ini": `[pgbouncer]\nclient_tls_sslmode = ${mode}\n` });

  it("is accepted where every server and every pool demands TLS", () => {
    expect(stackProblemsOf(closedPorts, published("0.0.0.0"), tls, pool("require"))).toEqual([]);
  });

  it("is refused where one of them takes clear text", () => {
    const clear = patroni({ postgresql: { parameters: { ssl: "on" }, pg_hba: ["host all all all scram-sha-256"] } });
    const rejecting = patroni({ postgresql: { parameters: { ssl: "on" }, pg_hba: ["hostnossl all all all reject"] } });
    expect(stackProblemsOf(closedPorts, published("0.0.0.0"), tls, pool("prefer"))).toHaveLength(1);
    expect(stackProblemsOf(closedPorts, published("0.0.0.0"), clear, pool("require"))).toHaveLength(1);
    expect(stackProblemsOf(closedPorts, published("0.0.0.0"), rejecting)).toEqual([]);
  });
});
