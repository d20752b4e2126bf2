import { containersOf, podOf } from "./containers.ts";
import { isEverybody, isGuarded } from "./network-policies.ts";
import { isType, type Resource } from "./resource.ts";
import { databasePorts, ownService } from "./services.ts";
import { at, list, number, record, text, texts, unknown, type Value } from "./values.ts";

/** A port of the database that everybody can reach who reaches the host. */
export interface Exposure {
  /** What opens it, with the value, e.g. `port 5432 is published on 0.0.0.0`. */
  readonly how: string;
  readonly wayOut: string;
}

/** The database's ports that a resource of a stack opens to every address. */
export function exposuresOf(resource: Resource, stack: readonly Resource[]): Exposure[] {
  if (isType(resource, "docker:index:Container")) return publishedPorts(resource);
  if (isType(resource, "kubernetes:core:Service")) return openService(resource, stack);
  if (podOf(resource) !== undefined) return hostPorts(resource);
  return securityGroupRules(resource).flatMap(openRule);
}

/** Of this library's own services every port, whatever its number, is one of the database. */
const isDatabasePort = (port: number, service: string | undefined): boolean =>
  service === undefined ? databasePorts.has(port) : service !== "minio";

const anyAddress = /^(|0\.0\.0\.0|::|\[::\])$/;

function publishedPorts(resource: Resource): Exposure[] {
  const { props } = resource;
  const service = ownService(containersOf(resource)[0]?.labels ?? {});
  const open = list(props.ports).flatMap((entry) => {
    const port = number(at(entry, "internal"));
    const address = at(entry, "ip");
    if (port === undefined || address === unknown || !isDatabasePort(port, service)) return [];
    const given = text(address) ?? "";
    return anyAddress.test(given) ? { port, address: given } : [];
  });
  return [...new Set(open.map(({ address }) => address))].map((address) => {
    const ports = open.filter((other) => other.address === address).map(({ port }) => port);
    return {
      how: `${are(ports)} published on ${address || "0.0.0.0, which is meant where no address is given"}`,
      wayOut: "Publish on 127.0.0.1, ::1 or the address of a private network",
    };
  });
}

/** `port 5432 is`, `ports 5432, 5433 are`. */
const are = (ports: readonly number[]): string =>
  `${ports.length === 1 ? "port" : "ports"} ${ports.join(", ")} ${ports.length === 1 ? "is" : "are"}`;

function openService({ props }: Resource, stack: readonly Resource[]): Exposure[] {
  const spec = record(props.spec);
  const kind = text(spec.type) ?? "ClusterIP";
  const sources = texts(spec.loadBalancerSourceRanges);
  const isLimited = sources.length > 0 && !sources.some(isEverybody);
  const isInternal = Object.entries(record(at(props, "metadata", "annotations"))).some(
    ([name, value]) => /internal|scheme|load-balancer-type/i.test(name) && /^(true|internal)$/i.test(text(value) ?? ""),
  );
  if (kind !== "NodePort" && (kind !== "LoadBalancer" || isLimited || isInternal)) return [];
  const service = ownService(record(at(props, "metadata", "labels")));
  const ports = list(spec.ports).flatMap((entry) => {
    const port = number(at(entry, "port"));
    if (port === undefined || !isDatabasePort(port, service)) return [];
    return isGuarded(record(spec.selector), number(at(entry, "targetPort")) ?? port, stack) ? [] : port;
  });
  if (ports.length === 0) return [];
  return [
    {
      how: `${are(ports)} opened by a Service of type ${kind}`,
      wayOut: "Use type ClusterIP, an internal LoadBalancer, loadBalancerSourceRanges or a NetworkPolicy",
    },
  ];
}

function hostPorts(resource: Resource): Exposure[] {
  const spec = record(podOf(resource)?.spec);
  return list(spec.containers).flatMap((container) =>
    list(at(container, "ports")).flatMap((entry) => {
      const port = number(at(entry, "containerPort"));
      const onHost = spec.hostNetwork === true ? port : number(at(entry, "hostPort"));
      const address = text(at(entry, "hostIP")) ?? "";
      if (port === undefined || onHost === undefined || !databasePorts.has(port) || !anyAddress.test(address))
        return [];
      return {
        how: `port ${port} is port ${onHost} of every node that runs it`,
        wayOut: "Leave out hostPort and hostNetwork, and reach it through a Service of type ClusterIP",
      };
    }),
  );
}

interface FirewallRule {
  readonly from: number | undefined;
  readonly to: number | undefined;
  readonly protocol: string;
  readonly sources: readonly string[];
}

function securityGroupRules(resource: Resource): FirewallRule[] {
  const { props } = resource;
  const rule = (entry: Value, cidrs: readonly Value[]): FirewallRule => ({
    from: number(at(entry, "fromPort")),
    to: number(at(entry, "toPort")),
    protocol: text(at(entry, "protocol") ?? at(entry, "ipProtocol")) ?? "-1",
    sources: cidrs.flatMap((cidr) => text(cidr) ?? texts(cidr)),
  });
  const blocks = (entry: Value): Value[] => [at(entry, "cidrBlocks"), at(entry, "ipv6CidrBlocks")];
  if (isType(resource, "aws:ec2:SecurityGroup")) return list(props.ingress).map((entry) => rule(entry, blocks(entry)));
  if (isType(resource, "aws:ec2:SecurityGroupRule") && props.type === "ingress") return [rule(props, blocks(props))];
  if (isType(resource, "aws:vpc:SecurityGroupIngressRule")) {
    const cidrs: readonly Value[] = [props.cidrIpv4, props.cidrIpv6];
    return [rule(props, cidrs)];
  }
  return [];
}

function openRule({ from, to, protocol, sources }: FirewallRule): Exposure[] {
  const open = sources.filter(isEverybody);
  if (open.length === 0 || !/^(tcp|6|-1|all)$/i.test(protocol)) return [];
  const all = /^(-1|all)$/i.test(protocol) || from === undefined || from === -1;
  const ports = [...databasePorts.keys()].filter((port) => all || ((from ?? 0) <= port && port <= (to ?? from ?? 0)));
  if (ports.length === 0) return [];
  return [
    {
      how: `${are(ports)} open to ${open.join(" and ")}`,
      wayOut: "Name the networks of the clients, or the security group that they are in",
    },
  ];
}
