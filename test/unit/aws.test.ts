import { readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it, vi } from "vitest";
import { documentationKey } from "../../stacks/aws/previews.ts";
import { aws } from "../../stacks/aws.ts";
import { type AwsSettings, parseStackSettings } from "../../stacks/schema.ts";
import { root } from "../support/command.ts";
import { type Declared, declaredBy, transitiveNeeds } from "../support/declared.ts";

// In an update the program waits for servers that are not there.
vi.mock("../../components/reachable/patience.ts", () => ({ untilIt: async () => undefined }));

// Nearly two hundred resources each time: seconds, where the processors have other work too.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const forUp = { publicKey: documentationKey, operators: ["10.8.0.0/24"], bucket: "orders-backups" };

const declared = (values: Readonly<Record<string, unknown>>, preview: boolean) =>
  declaredBy(() => void aws(parseStackSettings("aws", values) as AwsSettings), { preview });

const ofType = (all: readonly Declared[], type: string) => all.filter((resource) => resource.type === type);
const named = (all: readonly Declared[], type: string, name: string) => {
  const found = ofType(all, type).find((resource) => resource.name === name);
  if (found === undefined) throw new Error(`no ${type} ${name}`);
  return found;
};

describe.each([
  ["a preview without any setting", {}, true],
  ["an update", { aws: forUp }, false],
])("the system on EC2 in %s", (_, values, preview) => {
  let all: readonly Declared[];

  beforeAll(async () => {
    all = await declared(values, preview);
  });

  it("is made of machines in three zones, at addresses that are known before", () => {
    const machines = ofType(all, "Instance").map(
      ({ name, inputs }) => `${name} ${inputs.privateIp} ${inputs.instanceType}`,
    );
    expect(machines.sort()).toEqual([
      "pgha-aws-balancer-1 10.0.32.30 t3.small",
      "pgha-aws-balancer-2 10.0.16.30 t3.small",
      "pgha-aws-db-1 10.0.0.10 m7i.xlarge",
      "pgha-aws-db-2 10.0.16.10 m7i.xlarge",
      "pgha-aws-db-3 10.0.32.10 m7i.xlarge",
    ]);
    const zones = ofType(all, "Subnet").map(({ inputs }) => `${inputs.availabilityZone} ${inputs.cidrBlock}`);
    expect(zones.sort()).toEqual([
      "eu-central-1a 10.0.0.0/20",
      "eu-central-1a 10.0.128.0/20",
      "eu-central-1b 10.0.16.0/20",
      "eu-central-1c 10.0.32.0/20",
    ]);
  });

  it("has machines that nobody can reach from outside, and that ask for a token before they say who they are", () => {
    for (const { name, inputs } of ofType(all, "Instance")) {
      expect(inputs, name).toMatchObject({
        associatePublicIpAddress: false,
        metadataOptions: { httpTokens: "required", httpEndpoint: "enabled" },
      });
    }
  });

  it("keeps its data on encrypted volumes that are protected, and so is the bucket", () => {
    const volumes = all.filter(({ urn }) => urn.includes("aws:ebs/volume:Volume"));
    expect(volumes.map(({ name }) => name).sort()).toEqual(
      ["db-1", "db-2", "db-3"].map((name) => `pgha-aws-${name}-data`),
    );
    for (const { inputs, protect } of volumes) {
      expect(protect).toBe(true);
      expect(inputs).toMatchObject({ type: "gp3", encrypted: true, finalSnapshot: true, size: 208 });
    }
    expect(named(all, "Bucket", "pgha-aws-backups")).toMatchObject({ protect: true, inputs: { forceDestroy: false } });
    const template = named(all, "LaunchTemplate", "pgha-aws-amd64");
    expect(template.inputs.blockDeviceMappings).toMatchObject([{ ebs: { encrypted: "true" } }]);
  });

  it("lets Docker's volumes, and nothing else of a machine, be protected", () => {
    const docker = all.filter(({ urn }) => /docker:index\/\w+:/.test(urn));
    const kept = docker.filter(({ protect }) => protect);
    expect(new Set(kept.map(({ type }) => type))).toEqual(new Set(["Volume"]));
    expect(kept).toHaveLength(ofType(docker, "Volume").length);
  });

  it("keeps every version of a backup, and shows none to the public", () => {
    expect(named(all, "BucketVersioning", "pgha-aws-backups").inputs).toMatchObject({
      versioningConfiguration: { status: "Enabled" },
    });
    expect(named(all, "BucketPublicAccessBlock", "pgha-aws-backups").inputs).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(named(all, "BucketServerSideEncryptionConfiguration", "pgha-aws-backups").inputs.rules).toMatchObject([
      { applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" } },
    ]);
    const bucket = preview ? "pgha-aws-backups" : "orders-backups";
    expect(named(all, "Bucket", "pgha-aws-backups").inputs.bucket).toBe(bucket);
    expect(named(all, "RolePolicy", "pgha-aws-backups").inputs.policy).toContain(`"arn:aws:s3:::${bucket}/*"`);
    expect(named(all, "RolePolicy", "pgha-aws-backups").inputs.policy).not.toMatch(/"\*"|s3:\*|DeleteObjectVersion/);
  });

  it("lets the machines with data write backups, and no other machine", () => {
    const may = ofType(all, "Instance").filter(({ inputs }) => "iamInstanceProfile" in inputs);
    expect(may.map(({ name }) => name).sort()).toEqual(["pgha-aws-db-1", "pgha-aws-db-2", "pgha-aws-db-3"]);
    expect(JSON.stringify(all.map(({ inputs }) => inputs))).not.toContain("secretKey");
  });

  it("opens its groups to each other and to the networks that were named, and nothing to the world", () => {
    const rules = ofType(all, "SecurityGroupIngressRule").map(({ inputs }) => inputs);
    const networks = rules.flatMap(({ cidrIpv4, fromPort }) =>
      cidrIpv4 === undefined ? [] : [`${cidrIpv4} ${fromPort}`],
    );
    const clients = ["6432", "6433", "5432", "5433"].map((port) => `10.0.0.0/16 ${port}`);
    const operators = ["6432", "6433", "5432", "5433", "22", "22"].map((port) => `10.8.0.0/24 ${port}`);
    expect(networks.sort()).toEqual((preview ? clients : [...clients, ...operators]).sort());
    expect(JSON.stringify(rules)).not.toMatch(/0\.0\.0\.0\/0|::\/0/);
    for (const { fromPort, toPort, ipProtocol } of rules) {
      expect(ipProtocol).toBe("tcp");
      expect(toPort).toBe(fromPort);
    }
    for (const { inputs } of ofType(all, "SecurityGroup")) expect(inputs).not.toHaveProperty("ingress");
    expect(new Set(ofType(all, "SecurityGroupIngressRule").map(({ name }) => name)).size).toBe(rules.length);
  });

  it("puts a private load balancer in front, with a known address in each zone and one name", () => {
    const balancer = named(all, "LoadBalancer", "pgha-aws").inputs;
    expect(balancer).toMatchObject({ internal: true, loadBalancerType: "network" });
    const addresses = (balancer.subnetMappings as { privateIpv4Address: string }[]).map(
      (one) => one.privateIpv4Address,
    );
    expect(addresses).toEqual(["10.0.0.5", "10.0.16.5", "10.0.32.5"]);
    expect(
      ofType(all, "Listener")
        .map(({ inputs }) => inputs.port)
        .sort(),
    ).toEqual([5432, 5433, 6432, 6433]);
    expect(ofType(all, "TargetGroupAttachment")).toHaveLength(8);
    expect(named(all, "Record", "pgha-aws").inputs.name).toBe("postgres.pgha-aws.internal");
    expect(ofType(all, "postgresql").map(({ inputs }) => inputs.host)).toEqual(["postgres.pgha-aws.internal"]);
  });

  it("runs every container on a machine, once that machine and its volume are there", () => {
    const containers = ofType(all, "Container");
    expect(containers).toHaveLength(12);
    const member = containers.find(({ name }) => name === "pgha-aws-postgres-2");
    const before = member === undefined ? [] : transitiveNeeds(member, all);
    expect(ofType(before, "Instance").map(({ name }) => name)).toContain("pgha-aws-db-2");
    expect(ofType(before, "VolumeAttachment").map(({ name }) => name)).toContain("pgha-aws-db-2-data");
    expect(ofType(before, "Route").map(({ name }) => name)).toContain("pgha-aws-inside");
    const ports = containers.flatMap(({ inputs }) => (inputs.ports as { ip: string }[]).map(({ ip }) => ip));
    expect(ports.filter((ip) => !/^10\.0\.(0|16|32)\.\d+$/.test(ip))).toEqual([]);
  });

  it("asks AWS nothing before it makes something: the image is looked up by EC2 itself", () => {
    expect(named(all, "LaunchTemplate", "pgha-aws-amd64").inputs.imageId).toBe(
      "resolve:ssm:/aws/service/debian/release/13/latest/amd64",
    );
    for (const { ignored, inputs } of ofType(all, "Instance")) {
      expect(inputs).not.toHaveProperty("ami");
      expect(ignored).toContain("userData");
    }
  });
});

describe("another system on EC2", () => {
  it("with a bucket that exists makes none, and gives no machine an identity", async () => {
    const bucket = {
      kind: "s3",
      endpoint: "https://s3.example.com",
      bucket: "theirs",
      accessKey: "AK",
      secretKey: "sk",
    };
    const all = await declared({ bucket }, true);
    expect(all.filter(({ urn }) => urn.includes("aws:s3/") || urn.includes("aws:iam/"))).toEqual([]);
    expect(ofType(all, "Instance").filter(({ inputs }) => "iamInstanceProfile" in inputs)).toEqual([]);
  });

  it("is open to the world only for those who say so", async () => {
    const all = await declared({ aws: { clients: ["0.0.0.0/0"] } }, true);
    const open = ofType(all, "SecurityGroupIngressRule").filter(({ inputs }) => inputs.cidrIpv4 === "0.0.0.0/0");
    expect(open.map(({ name }) => name).sort()).toEqual(
      ["5432", "5433", "6432", "6433"].map((port) => `pgha-aws-front-${port}-0.0.0.0-0`),
    );
  });

  it("has no key of a bucket among its credentials, because there is none", async () => {
    const found: { system?: ReturnType<typeof aws> } = {};
    const program = () => {
      found.system = aws(parseStackSettings("aws", {}) as AwsSettings);
    };
    await declaredBy(program, { preview: true });
    const credentials = await new Promise((known) => found.system?.credentials.apply(known));
    expect(Object.keys(credentials as object).sort()).toEqual(["app", "superuser"]);
    expect(found.system?.s3Endpoint).toBe("https://s3.eu-central-1.amazonaws.com");
  });

  it("takes the image of the other processor", async () => {
    const all = await declared({ aws: { instanceTypes: { database: "m7g.xlarge" } } }, true);
    expect(
      ofType(all, "LaunchTemplate")
        .map(({ name }) => name)
        .sort(),
    ).toEqual(["pgha-aws-amd64", "pgha-aws-arm64"]);
  });

  it("is refused before anything is made, where what only a preview can do without is missing", async () => {
    await expect(declared({}, false)).rejects.toThrow(
      /3 problems\n.*aws\.publicKey.*\n.*aws\.operators.*\n.*aws\.bucket/,
    );
  });
});

it("loads AWS's SDK for no other stack, and of it only what is used", () => {
  const imports = (file: string) => readFileSync(join(root, file), "utf8");
  for (const file of [
    "index.ts",
    "stacks/index.ts",
    "stacks/schema.ts",
    "stacks/aws/rules.ts",
    "stacks/aws/layout.ts",
  ]) {
    expect(imports(file), file).not.toMatch(/@pulumi\/aws|\.\/aws\.ts"/);
  }
  expect(imports("stacks/deploy.ts")).toContain('await import("./aws.ts")');
});
