import type { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { Listener } from "@pulumi/aws/lb/listener.js";
import { LoadBalancer } from "@pulumi/aws/lb/loadBalancer.js";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import { TargetGroupAttachment } from "@pulumi/aws/lb/targetGroupAttachment.js";
import { Record } from "@pulumi/aws/route53/record.js";
import { Zone } from "@pulumi/aws/route53/zone.js";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { AwsSettings } from "./args.ts";
import { frontAddress } from "./layout.ts";
import type { MadeMachine } from "./machines.ts";
import type { Network } from "./network.ts";

export interface FrontInputs {
  readonly network: Network;
  readonly group: SecurityGroup;
  readonly balancers: readonly MadeMachine[];
  /** By name: write, read, primary, replica. */
  readonly ports: Readonly<{ [name: string]: number }>;
}

/** The private name under which clients find the system: known before anything is made. */
export function clientHost({ name }: Pick<AwsSettings, "name">): string {
  return `postgres.${name}.internal`;
}

/** One load balancer before all HAProxys, with an address in each zone, and a name for it in the VPC. */
export function front(settings: AwsSettings, inputs: FrontInputs, opts: CustomResourceOptions): void {
  const { name, zones } = settings;
  const { network, group, balancers, ports } = inputs;
  const vpcId = network.vpc.id;
  const loadBalancer = new LoadBalancer(
    name,
    {
      loadBalancerType: "network",
      internal: true,
      enableCrossZoneLoadBalancing: true,
      securityGroups: [group.id],
      subnetMappings: zones.map((_, zone) => ({
        subnetId: network.subnets[zone]?.id ?? "",
        privateIpv4Address: frontAddress(settings, zone),
      })),
      tags: { Name: name },
    },
    opts,
  );
  for (const [purpose, port] of Object.entries(ports)) {
    const targets = new TargetGroup(
      `${name}-${purpose}`,
      {
        vpcId,
        port,
        protocol: "TCP",
        targetType: "instance",
        // A client that is a balancer itself would meet its own address otherwise.
        preserveClientIp: "false",
        connectionTermination: true,
        deregistrationDelay: 10,
        healthCheck: { protocol: "TCP", interval: 5, timeout: 2, healthyThreshold: 2, unhealthyThreshold: 2 },
        tags: { Name: `${name}-${purpose}` },
      },
      opts,
    );
    new Listener(
      `${name}-${purpose}`,
      {
        loadBalancerArn: loadBalancer.arn,
        port,
        protocol: "TCP",
        // A session of PostgreSQL may be silent for longer than the six minutes that are the default.
        tcpIdleTimeoutSeconds: 6000,
        defaultActions: [{ type: "forward", targetGroupArn: targets.arn }],
      },
      opts,
    );
    for (const balancer of balancers) {
      new TargetGroupAttachment(
        `${name}-${purpose}-${balancer.name}`,
        { targetGroupArn: targets.arn, targetId: balancer.instance.id, port },
        opts,
      );
    }
  }
  const zone = new Zone(name, { name: `${name}.internal`, vpcs: [{ vpcId }], tags: { Name: name } }, opts);
  new Record(
    name,
    {
      zoneId: zone.zoneId,
      name: clientHost(settings),
      type: "A",
      aliases: [{ name: loadBalancer.dnsName, zoneId: loadBalancer.zoneId, evaluateTargetHealth: false }],
    },
    opts,
  );
}
