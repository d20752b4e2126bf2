import { containersOf, podOf } from "./containers.ts";
import { isType, type Resource } from "./resource.ts";
import { databasePorts, ownService } from "./services.ts";
import { at, list, number, record, text, texts, unknown, type Value } from "./values.ts";

/** A port of the database that everybody can reach who reaches the host. */
export interface Exposure {
  /** What opens it, with the value, e.g. `port 5432 is published on 0.0.0.0`. */
  readonly how: string;
  readonly wayOut: string;
}

/** The database's ports that a resource opens to every address. */
export function exposuresOf(resource: Resource): Exposure[] {
  if (isType(resource, "docker:index:Container")) return publishedPorts(resource);
  if (isType(resource, "kubernetes:core:Service")) return openService(resource);
  if (podOf(resource) !== undefined) return hostPorts(resource);
  return securityGroupRules(resource).flatMap(openRule);
}

const anyAddress = /^(|0\.0\.0\.0|::|\[::\])$/;

function publishedPorts({ props, ...resource }: Resource): Exposure[] {
  const [container] = containersOf({ props, ...resource });
  const service = ownService(container?.labels ?? {});
  return list(props.ports).flatMap((entry) => {
    const internal = number(at(entry, "internal"));
    const address = at(entry, "ip");
    if (internal === undefined || address === unknown) return [];
    const isDatabase = service === undefined ? databasePorts.has(internal) : service !== "minio";
    const given = text(address) ?? "";
    if (!isDatabase || !anyAddress.test(given)) return [];
    const external = text(at(entry, "external")) ?? "a free port";
    return {
      how: `port ${internal} is published as ${external} on ${given || "0.0.0.0, which is meant where no address is given"}`,
      wayOut: "Publish it on 127.0.0.1, ::1 or the address of a private network",
    };
  });
}

function openService({ props }: Resource): Exposure[] {
  const spec = record(props.spec);
  const kind = text(spec.type) ?? "ClusterIP";
  const sources = texts(spec.loadBalancerSourceRanges).filter((range) => !isEverybody(range));
  const isInternal = Object.entries(record(at(props, "metadata", "annotations"))).some(
    ([name, value]) => /internal|scheme|type/i.test(name) && /^(true|internal)$/i.test(text(value) ?? ""),
  );
  if (kind !== "NodePort" && (kind !== "LoadBalancer" || sources.length > 0 || isInternal)) return [];
  return list(spec.ports).flatMap((entry) => {
    const port = number(at(entry, "port"));
    if (port === undefined || !databasePorts.has(port)) return [];
    return {
      how: `port ${port} is opened by a Service of type ${kind}`,
      wayOut: "Use type ClusterIP, or a LoadBalancer with loadBalancerSourceRanges or an internal one",
    };
  });
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

const isEverybody = (range: string) => range === "0.0.0.0/0" || range === "::/0";

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
      how: `port ${ports.join(", ")} is open to ${open.join(" and ")}`,
      wayOut: "Name the networks of the clients, or the security group that they are in",
    },
  ];
}
