import { Volume } from "@pulumi/aws/ebs/volume.js";
import { Instance } from "@pulumi/aws/ec2/instance.js";
import { KeyPair } from "@pulumi/aws/ec2/keyPair.js";
import { LaunchTemplate } from "@pulumi/aws/ec2/launchTemplate.js";
import type { SecurityGroup } from "@pulumi/aws/ec2/securityGroup.js";
import { VolumeAttachment } from "@pulumi/aws/ec2/volumeAttachment.js";
import type { InstanceProfile } from "@pulumi/aws/iam/instanceProfile.js";
import type { CustomResourceOptions, Resource } from "@pulumi/pulumi";
import type { AwsSettings } from "./args.ts";
import { architectureOf } from "./instance-types.ts";
import type { PlannedMachine } from "./layout.ts";
import { type Network, zoneName } from "./network.ts";
import type { GroupName } from "./security-groups.ts";
import { userData } from "./user-data.ts";

export interface MachineSurroundings {
  readonly network: Network;
  readonly groups: ReadonlyMap<GroupName, SecurityGroup>;
  readonly publicKey: string;
  /** Of the machines that write backups. */
  readonly profile?: InstanceProfile;
}

export interface MadeMachine extends PlannedMachine {
  readonly instance: Instance;
  /** What must be there before its Docker engine is used. */
  readonly ready: readonly Resource[];
}

/** Everybody who knows Debian's images knows this name. */
export const loginUser = "admin";

/** The machines, and a volume for the data of each. A volume is protected, and a last snapshot is kept even where it is deleted on purpose. */
export function machines(
  settings: AwsSettings,
  planned: readonly PlannedMachine[],
  surroundings: MachineSurroundings,
  opts: CustomResourceOptions,
): MadeMachine[] {
  const { name } = settings;
  const key = new KeyPair(name, { publicKey: surroundings.publicKey, tags: { Name: name } }, opts);
  const templates = new Map<string, LaunchTemplate>();
  const templateFor = (architecture: string) => {
    const known = templates.get(architecture) ?? template(name, architecture, opts);
    templates.set(architecture, known);
    return known;
  };
  return planned.map((machine) => {
    const group = surroundings.groups.get(machine.kind);
    const subnet = surroundings.network.subnets[machine.zone];
    if (group === undefined || subnet === undefined) throw new Error(`nothing around ${machine.name}`);
    const writesBackups = machine.roles.includes("database") && surroundings.profile !== undefined;
    const instance = new Instance(
      `${name}-${machine.name}`,
      {
        launchTemplate: { id: templateFor(architectureOf(machine.instanceType)).id },
        instanceType: machine.instanceType,
        subnetId: subnet.id,
        privateIp: machine.address,
        associatePublicIpAddress: false,
        vpcSecurityGroupIds: [group.id],
        keyName: key.id,
        userData: userData(machine),
        ...(writesBackups ? { iamInstanceProfile: surroundings.profile?.id ?? "" } : {}),
        // A container is one hop further away than the machine; those that need no identity are not to reach one.
        metadataOptions: {
          httpEndpoint: "enabled",
          httpTokens: "required",
          httpPutResponseHopLimit: writesBackups ? 2 : 1,
        },
        tags: { Name: `${name}-${machine.name}` },
      },
      // Changed user data would stop and start every machine at once; it is for the first start.
      { ...opts, deleteBeforeReplace: true, ignoreChanges: ["userData"], dependsOn: [...surroundings.network.wayOut] },
    );
    return { ...machine, instance, ready: [instance, ...attached(settings, machine, instance, opts)] };
  });
}

function attached(
  settings: AwsSettings,
  machine: PlannedMachine,
  instance: Instance,
  opts: CustomResourceOptions,
): VolumeAttachment[] {
  if (machine.dataVolume === undefined) return [];
  const name = `${settings.name}-${machine.name}-data`;
  const volume = new Volume(
    name,
    {
      availabilityZone: zoneName(settings, machine.zone),
      type: "gp3",
      size: machine.dataVolume,
      iops: settings.volumes.iops,
      throughput: settings.volumes.throughput,
      encrypted: true,
      finalSnapshot: true,
      tags: { Name: name },
    },
    { ...opts, protect: true },
  );
  const args = {
    deviceName: "/dev/sdf",
    instanceId: instance.id,
    volumeId: volume.id,
    stopInstanceBeforeDetaching: true,
  };
  return [new VolumeAttachment(name, args, { ...opts, deleteBeforeReplace: true })];
}

/** EC2 itself looks up Debian's newest image when a machine starts, so no preview needs an account for it, and no newer image replaces a machine. */
function template(name: string, architecture: string, opts: CustomResourceOptions): LaunchTemplate {
  return new LaunchTemplate(
    `${name}-${architecture}`,
    {
      imageId: `resolve:ssm:/aws/service/debian/release/13/latest/${architecture}`,
      blockDeviceMappings: [
        {
          deviceName: "/dev/xvda",
          ebs: { volumeType: "gp3", volumeSize: 16, encrypted: "true", deleteOnTermination: "true" },
        },
      ],
    },
    opts,
  );
}
