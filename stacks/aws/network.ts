import { Eip } from "@pulumi/aws/ec2/eip.js";
import { InternetGateway } from "@pulumi/aws/ec2/internetGateway.js";
import { NatGateway } from "@pulumi/aws/ec2/natGateway.js";
import { Route } from "@pulumi/aws/ec2/route.js";
import { RouteTable } from "@pulumi/aws/ec2/routeTable.js";
import { RouteTableAssociation } from "@pulumi/aws/ec2/routeTableAssociation.js";
import { Subnet } from "@pulumi/aws/ec2/subnet.js";
import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import { VpcEndpoint } from "@pulumi/aws/ec2/vpcEndpoint.js";
import type { CustomResourceOptions } from "@pulumi/pulumi";
import type { AwsSettings } from "./args.ts";
import { privateSubnet, publicSubnet } from "./layout.ts";

export interface Network {
  readonly vpc: Vpc;
  /** One for each zone, in the order of `zones`. */
  readonly subnets: readonly Subnet[];
  /** What a machine needs to reach the world. */
  readonly wayOut: readonly Route[];
}

/** The availability zone of a letter. */
export function zoneName({ region, zones }: Pick<AwsSettings, "region" | "zones">, zone: number): string {
  return `${region}${zones[zone]}`;
}

/**
 * A VPC whose machines have no public address. They reach the world through one gateway, in the first zone: without it nothing is installed or
 * updated, but every query is answered. S3 has a way of its own.
 */
export function network(settings: AwsSettings, opts: CustomResourceOptions): Network {
  const { name, cidr, region, zones } = settings;
  const tags = { Name: name };
  const vpc = new Vpc(name, { cidrBlock: cidr, enableDnsHostnames: true, enableDnsSupport: true, tags }, opts);
  const vpcId = vpc.id;
  const subnets = zones.map((letter, zone) => {
    const availabilityZone = zoneName(settings, zone);
    const args = { vpcId, availabilityZone, cidrBlock: privateSubnet(settings, zone), mapPublicIpOnLaunch: false };
    return new Subnet(`${name}-${letter}`, { ...args, tags: { Name: `${name}-${letter}` } }, opts);
  });

  const internet = new InternetGateway(name, { vpcId, tags }, opts);
  const outside = new Subnet(
    `${name}-outside`,
    {
      vpcId,
      availabilityZone: zoneName(settings, 0),
      cidrBlock: publicSubnet(settings, 0),
      tags: { Name: `${name}-outside` },
    },
    opts,
  );
  const outsideTable = new RouteTable(`${name}-outside`, { vpcId, tags: { Name: `${name}-outside` } }, opts);
  const toInternet = new Route(
    `${name}-outside`,
    { routeTableId: outsideTable.id, destinationCidrBlock: "0.0.0.0/0", gatewayId: internet.id },
    opts,
  );
  const associated = new RouteTableAssociation(
    `${name}-outside`,
    { routeTableId: outsideTable.id, subnetId: outside.id },
    opts,
  );
  const address = new Eip(name, { domain: "vpc", tags }, { ...opts, dependsOn: [internet] });
  const gateway = new NatGateway(
    name,
    { subnetId: outside.id, allocationId: address.id, tags },
    { ...opts, dependsOn: [toInternet, associated] },
  );

  const table = new RouteTable(`${name}-inside`, { vpcId, tags: { Name: `${name}-inside` } }, opts);
  const toGateway = new Route(
    `${name}-inside`,
    { routeTableId: table.id, destinationCidrBlock: "0.0.0.0/0", natGatewayId: gateway.id },
    opts,
  );
  subnets.forEach((subnet, zone) => {
    new RouteTableAssociation(`${name}-${zones[zone]}`, { routeTableId: table.id, subnetId: subnet.id }, opts);
  });
  new VpcEndpoint(
    `${name}-s3`,
    { vpcId, serviceName: `com.amazonaws.${region}.s3`, vpcEndpointType: "Gateway", routeTableIds: [table.id], tags },
    opts,
  );
  return { vpc, subnets, wayOut: [toGateway] };
}
