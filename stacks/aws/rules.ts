import type { Problem, Rule } from "../../components/arguments.ts";
import type { HaPostgresSettings } from "../../components/ha-postgres/args.ts";
import { plannedServices } from "../../components/ha-postgres/planned-services.ts";
import type { Layer } from "../../components/presets/index.ts";
import { placementProblems } from "../../platforms/machines/placement.ts";
import { prefixOf } from "./addresses.ts";
import { type AwsSettings, awsArgs } from "./args.ts";
import { instanceSize } from "./instance-types.ts";
import { plannedMachines } from "./layout.ts";

/** MiB that a machine's system and its Docker engine need. */
const systemMemory = 1024;

/** What follows from the machines and the region, below what the user says and above the presets. */
export function awsLayers(stackName: string, values: Readonly<Record<string, unknown>>): Layer[] {
  const shape = awsArgs.partial({ name: true });
  const given = shape.safeParse(values.aws ?? {});
  // What is wrong is said when everything is parsed; until then the defaults do.
  const { region, bucket, name = stackName, instanceTypes } = given.success ? given.data : shape.parse({});
  return [
    {
      source: `region ${region}`,
      values: {
        bucket: {
          kind: "s3",
          endpoint: `https://s3.${region}.amazonaws.com`,
          bucket: bucket ?? `${name}-backups`,
        },
      },
    },
    ...instanceLayer(instanceTypes.database),
  ];
}

function instanceLayer(type: string): Layer[] {
  const size = instanceSize(type);
  if (size === undefined) return [];
  const total = size.memory * 1024;
  const memory = total - systemMemory - (total >= 8192 ? 1024 : 512);
  return [
    { source: `instance type ${type}`, values: { cluster: { cores: size.cores, memory: Math.max(memory, 256) } } },
  ];
}

type Settings = HaPostgresSettings & { readonly aws: Omit<AwsSettings, "name"> };

/** What a system on EC2 must fit. */
export function awsRules(values: Readonly<Record<string, unknown>>): readonly Rule<Settings>[] {
  return [
    ({ aws }) => networkProblems(aws),
    ({ aws }) => unknownTypeProblems(aws.instanceTypes.database, values.cluster),
    databaseMemoryProblems,
    balancerMemoryProblems,
    (settings) => {
      const services = plannedServices(settings);
      return placementProblems(plannedMachines(settings.aws, services, settings.cluster.volumeSize), services);
    },
  ];
}

function networkProblems({ cidr, zones }: Pick<AwsSettings, "cidr" | "zones">): Problem[] {
  const prefix = prefixOf(cidr);
  const twice = zones.find((zone, index) => zones.indexOf(zone) !== index);
  return [
    ...(prefix >= 16 && prefix <= 22
      ? []
      : [{ path: "aws.cidr", message: `${cidr} is a /${prefix}; a VPC here is cut into 16 parts: use /16 to /22` }]),
    ...(twice === undefined ? [] : [{ path: "aws.zones", message: `zone ${twice} is there twice; each zone once` }]),
  ];
}

function unknownTypeProblems(type: string, cluster: unknown): Problem[] {
  if (instanceSize(type) !== undefined) return [];
  const said = (key: string) =>
    typeof cluster === "object" && cluster !== null && Reflect.get(cluster, key) !== undefined;
  const missing = ["memory", "cores"].filter((key) => !said(key)).map((key) => `cluster.${key}`);
  if (missing.length === 0) return [];
  return [
    {
      path: "aws.instanceTypes.database",
      message:
        `the memory and processors of ${type} are not known here, and the servers are sized by them; ` +
        `set ${missing.join(" and ")}, or use a common type of the families t3, t4g, c, m and r, e.g. m7i.xlarge`,
    },
  ];
}

function databaseMemoryProblems({ aws, cluster, consensus }: Settings): Problem[] {
  const etcd = consensus.kind === "etcd" ? consensus.memory : 0;
  const parts = `cluster.memory, ${cluster.memory} MiB${etcd > 0 ? `, consensus.memory, ${etcd} MiB` : ""}`;
  return memoryProblems("database", aws.instanceTypes.database, cluster.memory + etcd, "cluster.memory", parts);
}

function balancerMemoryProblems({ aws, balancer, pools }: Settings): Problem[] {
  const needed = balancer.memory + pools.write.memory + pools.read.memory;
  const parts = `balancer.memory, ${balancer.memory} MiB, and that of the pools, ${pools.write.memory} and ${pools.read.memory} MiB`;
  return memoryProblems("balancer", aws.instanceTypes.balancer, needed, "balancer.memory", parts);
}

function memoryProblems(
  kind: "database" | "balancer",
  type: string,
  needed: number,
  path: string,
  parts: string,
): Problem[] {
  const size = instanceSize(type);
  // A balancer's system has little to do.
  const system = kind === "database" ? systemMemory : systemMemory / 2;
  if (size === undefined || needed + system <= size.memory * 1024) return [];
  return [
    {
      path,
      message:
        `${parts}, and ${system} MiB for the system are more than the ${size.memory * 1024} MiB of ${type}; ` +
        `lower them by ${needed + system - size.memory * 1024} MiB, or choose a larger aws.instanceTypes.${kind}`,
    },
  ];
}
