import { Provider } from "@pulumi/aws/provider.js";
import { ComponentResource, runtime } from "@pulumi/pulumi";
import { InvalidArguments } from "../components/arguments.ts";
import { plannedServices } from "../components/ha-postgres/planned-services.ts";
import { HaPostgres } from "../components/index.ts";
import { MachinesPlatform } from "../platforms/machines/index.ts";
import { accessRules } from "./aws/access.ts";
import { backups } from "./aws/backups.ts";
import { clientHost, front } from "./aws/front.ts";
import { plannedMachines } from "./aws/layout.ts";
import { loginUser, type MadeMachine, machines } from "./aws/machines.ts";
import { network } from "./aws/network.ts";
import { documentationKey, missingForUp } from "./aws/previews.ts";
import { securityGroups } from "./aws/security-groups.ts";
import type { AwsSettings } from "./schema.ts";

/** The whole system on machines that are made for it, in at least three zones of one region. */
export function aws({ environment: _, aws, ...settings }: AwsSettings): HaPostgres {
  const missing = runtime.isDryRun() ? [] : missingForUp(aws, settings.bucket);
  if (missing.length > 0) throw new InvalidArguments("Settings for EC2", missing);

  const services = plannedServices(settings);
  const planned = plannedMachines(aws, services, settings.cluster.volumeSize);
  const surroundings = new ComponentResource("pulumi-postgres-ha:aws:Surroundings", aws.name);
  const provider = new Provider(
    aws.name,
    { region: aws.region, defaultTags: { tags: { "pulumi-postgres-ha": aws.name } } },
    { parent: surroundings },
  );
  const opts = { parent: surroundings, provider };

  const around = network(aws, opts);
  const access = accessRules({
    machines: planned,
    services,
    clientPorts: settings.balancer.ports,
    clients: aws.clients ?? [aws.cidr],
    operators: aws.operators,
  });
  const groups = securityGroups(aws.name, around.vpc.id, access, opts);
  const ownBucket = settings.bucket.kind === "s3" && settings.bucket.accessKey === undefined;
  const profile = ownBucket ? backups(aws.name, settings.bucket.bucket, opts) : undefined;
  const publicKey = aws.publicKey ?? documentationKey;
  const made = machines(aws, planned, { network: around, groups, publicKey, ...(profile ? { profile } : {}) }, opts);
  const group = groups.get("front");
  if (group === undefined) throw new Error("no security group for the load balancer");
  const balancers = made.filter(({ kind }) => kind === "balancer");
  front(aws, { network: around, group, balancers, ports: settings.balancer.ports }, opts);

  const platform = new MachinesPlatform(aws.name, {
    name: aws.name,
    machines: made.map(({ name, address, roles }) => ({ name, address, roles: [...roles] })),
    ssh: { user: loginUser, ...(aws.keyFile === undefined ? {} : { keyFile: aws.keyFile }) },
    clientHost: clientHost(aws),
    after: readyBefore(made),
  });
  return new HaPostgres(aws.name, { platform, ...settings });
}

const readyBefore = (made: readonly MadeMachine[]) => Object.fromEntries(made.map(({ name, ready }) => [name, ready]));
