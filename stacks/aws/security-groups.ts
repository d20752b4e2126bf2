import { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { SecurityGroupEgressRule } from "@pulumi/aws/vpc/securityGroupEgressRule.js";
import { SecurityGroupIngressRule } from "@pulumi/aws/vpc/securityGroupIngressRule.js";
import type { CustomResourceOptions, Input } from "@pulumi/pulumi";
import type { Access, Source } from "./access.ts";

export type GroupName = Access["to"];

/** A security group for each kind of machine and for the load balancer: what comes in is listed, everything may go out. */
export function securityGroups(
  name: string,
  vpcId: Input<string>,
  rules: readonly Access[],
  opts: CustomResourceOptions,
): ReadonlyMap<GroupName, SecurityGroup> {
  const groups = new Map<GroupName, SecurityGroup>();
  for (const group of new Set(rules.map(({ to }) => to).concat("front"))) {
    const resource = new SecurityGroup(
      `${name}-${group}`,
      { vpcId, description: `${group} of ${name}`, tags: { Name: `${name}-${group}` } },
      opts,
    );
    groups.set(group, resource);
    new SecurityGroupEgressRule(
      `${name}-${group}`,
      { securityGroupId: resource.id, ipProtocol: "-1", cidrIpv4: "0.0.0.0/0" },
      opts,
    );
  }
  const idOf = (group: GroupName) => {
    const found = groups.get(group);
    if (found === undefined) throw new Error(`no security group for ${group}`);
    return found.id;
  };
  for (const { to, port, from, meaning } of rules) {
    new SecurityGroupIngressRule(
      `${name}-${to}-${port}-${sourceName(from)}`,
      {
        securityGroupId: idOf(to),
        ipProtocol: "tcp",
        fromPort: port,
        toPort: port,
        description: meaning,
        ...("cidr" in from ? { cidrIpv4: from.cidr } : { referencedSecurityGroupId: idOf(from.group) }),
      },
      opts,
    );
  }
  return groups;
}

const sourceName = (source: Source) => ("cidr" in source ? source.cidr.replace("/", "-") : source.group);
