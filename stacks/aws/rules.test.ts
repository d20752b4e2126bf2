import { describe, expect, it } from "vitest";
import type { InvalidArguments } from "../../components/arguments.ts";
import { type AwsSettings, parseStackSettings, resolveStackSettings } from "../schema.ts";
import { documentationKey, missingForUp } from "./previews.ts";

const settings = (values: Readonly<Record<string, unknown>> = {}) => parseStackSettings("aws", values) as AwsSettings;

function problems(values: Readonly<Record<string, unknown>>): string {
  try {
    settings(values);
  } catch (error) {
    return (error as InvalidArguments).problems.map(({ path, message }) => `${path}: ${message}`).join("\n");
  }
  return "";
}

describe("a stack on EC2", () => {
  it("needs no setting for a preview, sizes its servers by their machines and backs up to S3", () => {
    const { aws, cluster, bucket } = settings();
    expect(aws).toMatchObject({ name: "pgha-aws", region: "eu-central-1", zones: ["a", "b", "c"] });
    expect(cluster).toMatchObject({ cores: 4, memory: 16 * 1024 - 2048 });
    expect(bucket).toEqual({
      kind: "s3",
      endpoint: "https://s3.eu-central-1.amazonaws.com",
      bucket: "pgha-aws-backups",
    });
  });

  it("sizes servers by another type, unless told otherwise, and says where the sizes come from", () => {
    const aws = { instanceTypes: { database: "r7g.2xlarge" } };
    expect(settings({ aws }).cluster).toMatchObject({ cores: 8, memory: 64 * 1024 - 2048 });
    expect(settings({ aws, cluster: { memory: "8GiB" } }).cluster).toMatchObject({ cores: 8, memory: 8192 });
    expect(resolveStackSettings("aws", { aws }).layers.map(({ source }) => source)).toContain(
      "instance type r7g.2xlarge",
    );
  });

  it("takes a bucket of its own name, region and keys", () => {
    expect(settings({ aws: { region: "us-east-1", bucket: "mine" } }).bucket).toMatchObject({
      endpoint: "https://s3.us-east-1.amazonaws.com",
      bucket: "mine",
    });
    const theirs = { kind: "s3", endpoint: "https://s3.example.com", bucket: "b01", accessKey: "a", secretKey: "s" };
    expect(settings({ bucket: theirs }).bucket).toEqual(theirs);
    expect(settings({ bucket: { kind: "minio" } }).bucket).toMatchObject({ kind: "minio", bucket: "backups" });
  });

  it.each<[string, Readonly<Record<string, unknown>>, RegExp]>([
    [
      "a type of unknown size",
      { aws: { instanceTypes: { database: "z1d.large" } } },
      /^aws\.instanceTypes\.database: the memory and processors of z1d\.large are not known .* set cluster\.memory and cluster\.cores, or use/,
    ],
    [
      "memory that the machine does not have",
      { cluster: { memory: "16GiB" } },
      /^cluster\.memory: cluster\.memory, 16384 MiB, consensus\.memory, 1024 MiB, and 1024 MiB .* 16384 MiB of m7i\.xlarge; lower them by 2048 MiB, or choose a larger aws\.instanceTypes\.database$/,
    ],
    [
      "balancers that are too small",
      { aws: { instanceTypes: { balancer: "t3.micro" } } },
      /^balancer\.memory: .* 1024 MiB of t3\.micro; .* choose a larger aws\.instanceTypes\.balancer$/m,
    ],
    [
      "a network that is too small",
      { aws: { cidr: "10.0.0.0/24" } },
      /^aws\.cidr: 10\.0\.0\.0\/24 is a \/24; .*use \/16 to \/22$/,
    ],
    ["two zones", { aws: { zones: ["a", "b"] } }, /^aws\.zones: /],
    ["a zone twice", { aws: { zones: ["a", "b", "b"] } }, /^aws\.zones: zone b is there twice/],
    [
      "more pools than balancers",
      { pools: { write: { instances: 3 } } },
      /^pools\.write\.instances: pgbouncer-write reaches haproxy on its own machine/,
    ],
    ["a region that is none", { aws: { region: "Frankfurt" } }, /^aws\.region: a region, e\.g\. eu-central-1/],
    [
      "a key that is none",
      { aws: { publicKey: "-----BEGIN OPENSSH PRIVATE KEY-----" } },
      /^aws\.publicKey: a public key as in/,
    ],
    [
      "one of two keys of a bucket",
      { bucket: { kind: "s3", endpoint: "https://s3.example.com", bucket: "b01", accessKey: "a" } },
      /^bucket: accessKey is there without secretKey; give both, or none/,
    ],
  ])("refuses %s", (_, values, message) => {
    expect(problems(values)).toMatch(message);
  });

  it("takes a type of unknown size from those who say how large it is", () => {
    const aws = { instanceTypes: { database: "z1d.large" } };
    expect(settings({ aws, cluster: { memory: "12GiB", cores: 2 } }).cluster).toMatchObject({
      cores: 2,
      memory: 12288,
    });
  });

  it("says everything at once", () => {
    const aws = { cidr: "10.0.0.0/24", instanceTypes: { database: "z1d.large" } };
    expect(problems({ aws, pools: { read: { instances: 3 } } }).split("\n")).toHaveLength(3);
  });
});

describe("what only a preview can do without", () => {
  it("is a key, a network to come from, and a bucket's name, all said at once", () => {
    const { aws, bucket } = settings();
    expect(missingForUp(aws, bucket).map(({ path }) => path)).toEqual(["aws.publicKey", "aws.operators", "aws.bucket"]);
  });

  it("is nothing where all is there", () => {
    const { aws, bucket } = settings({
      aws: { publicKey: documentationKey, operators: ["10.8.0.0/24"], bucket: "orders-backups" },
    });
    expect(missingForUp(aws, bucket)).toEqual([]);
  });

  it("is no bucket where theirs is used", () => {
    const bucket = { kind: "s3", endpoint: "https://s3.example.com", bucket: "b01", accessKey: "a", secretKey: "s" };
    const parsed = settings({ bucket });
    expect(missingForUp(parsed.aws, parsed.bucket).map(({ path }) => path)).not.toContain("aws.bucket");
  });
});
