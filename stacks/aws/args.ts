import { z } from "zod";

const network = z.cidrv4("an IPv4 network, e.g. 10.0.0.0/16");
const instanceType = z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+$/, "an instance type, e.g. m7g.large");

/** The machines that are made on EC2, and what is around them. */
export const awsArgs = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "a name of lower-case letters, digits and hyphens, at most 40")
    .describe("Prefix of everything that is made, and the name of the private DNS zone."),
  region: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]+)+-\d$/, "a region, e.g. eu-central-1")
    .default("eu-central-1")
    .describe("The AWS region."),
  zones: z
    .array(z.string().regex(/^[a-z]$/, "the letter of an availability zone"))
    .min(3)
    .max(6)
    .default(["a", "b", "c"])
    .describe("The letters of at least three availability zones: the loss of one must leave a majority."),
  cidr: network
    .default("10.0.0.0/16")
    .describe(
      "The addresses of the VPC, /16 to /22. Machines get fixed ones, so a preview knows the whole configuration.",
    ),
  instanceTypes: z
    .strictObject({
      database: instanceType
        .default("m7i.xlarge")
        .describe("PostgreSQL and etcd. Its memory and cores size the servers."),
      balancer: instanceType.default("t3.small").describe("HAProxy and PgBouncer."),
    })
    .prefault({})
    .describe("What kind of machine each is."),
  volumes: z
    .strictObject({
      iops: z.int().min(3000).max(16000).default(3000).describe("Of each volume with data, in a second."),
      throughput: z.int().min(125).max(1000).default(125).describe("MiB per second of each volume with data."),
    })
    .prefault({})
    .describe("The encrypted gp3 volumes that hold data; cluster.volumeSize says how large they are."),
  publicKey: z
    .string()
    .regex(/^(ssh-ed25519|ssh-rsa|ecdsa-sha2-nistp\d+) [A-Za-z0-9+/=]+/, "a public key as in ~/.ssh/id_ed25519.pub")
    .optional()
    .describe("Who may log in to the machines. Needed by up, not by preview."),
  keyFile: z.string().min(1).optional().describe("The file of the private key; default: what ssh itself would take."),
  operators: z
    .array(network)
    .default([])
    .describe(
      "Networks that may reach SSH and the clients' ports: where up runs, e.g. a VPN's. Needed by up, not by preview. Nothing has a public address.",
    ),
  clients: z.array(network).optional().describe("Networks that may reach the clients' ports; default: the VPC itself."),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/, "a bucket name: 3 to 63 lower-case letters, digits and hyphens")
    .optional()
    .describe(
      "The name of the bucket that is made for backups. Names are shared by all accounts of the world, so up needs one; preview does not.",
    ),
});

export type AwsArgs = z.input<typeof awsArgs>;
export type AwsSettings = z.output<typeof awsArgs>;
