import { z } from "zod";
import type { Role } from "../service.ts";

const dnsLabel = z
  .string()
  .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "a DNS label: lower-case letters, digits and hyphens, at most 63");

const dnsName = z
  .string()
  .max(253)
  .regex(/^[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/, "a DNS name of lower-case labels");

const roles = ["postgres", "etcd", "haproxy", "pgbouncer", "minio"] as const satisfies readonly Role[];

const imageReference = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._:/-]*(:(?!latest$)\w[\w.-]{0,127}|@sha256:[0-9a-f]{64})$/,
    'an image with a tag other than "latest", or better with its digest, e.g. "registry.example.com/postgres@sha256:..."',
  );

const images = z.strictObject({
  repository: z
    .string()
    .regex(/^[a-z0-9][a-z0-9._:/-]*[a-z0-9]$/, 'a repository without a tag, e.g. "registry.example.com/team"')
    .default("pulumi-postgres-ha")
    .describe(
      "Where the images are: REPOSITORY/ROLE:TAG. The tag names the content of images/ROLE, as the local environment builds and tags it.",
    ),
  references: z
    .partialRecord(z.enum(roles), imageReference)
    .default({})
    .describe("Images that are called otherwise, by role: a whole name with its tag or digest."),
  pullPolicy: z
    .enum(["IfNotPresent", "Always", "Never"])
    .default("IfNotPresent")
    .describe("When a node pulls an image. Never: the nodes have them already."),
  pullSecrets: z
    .array(dnsLabel)
    .default([])
    .describe("Secrets of the namespace that hold the registry's login. They are made by somebody else."),
});

const clients = {
  host: dnsName.describe("The name, or address, under which clients outside of the cluster find the ports."),
  sources: z
    .array(z.union([z.cidrv4(), z.cidrv6()]))
    .min(1)
    .describe('The networks whose machines may connect, e.g. ["10.0.0.0/8"].'),
};

const exposure = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("ClusterIP").describe("Inside of the cluster only. The default."),
  }),
  z.strictObject({
    type: z.literal("LoadBalancer").describe("A load balancer of the cloud's for each service with exposed ports."),
    ...clients,
    annotations: z
      .record(z.string(), z.string())
      .default({})
      .describe("What the cloud's controller reads, e.g. that the load balancer be internal."),
  }),
  z.strictObject({
    type: z.literal("NodePort").describe("A port of every node on which an instance runs."),
    ...clients,
    nodePorts: z
      .record(z.string().regex(/^\d+$/, "a port number"), z.int().min(1).max(65535))
      .describe('The node\'s port for each exposed port, e.g. {"6432": 30432}.'),
  }),
]);

/** Where in a Kubernetes cluster a stack lives. Kubernetes 1.27 or later. */
export const kubernetesPlatformArgs = z.strictObject({
  namespace: dnsLabel.describe("The namespace that is made for the stack; it holds nothing else."),
  context: z
    .string()
    .min(1)
    .optional()
    .describe("The context of the kubeconfig; default: its current one. KUBECONFIG names the file."),
  clusterDomain: dnsName.default("cluster.local").describe("The DNS domain of the cluster."),
  storageClass: dnsName
    .optional()
    .describe("The class of every volume; default: the cluster's own. A volume keeps the class that it was made with."),
  volumeSize: z
    .string()
    .regex(/^[1-9]\d*(MiB|GiB|TiB)$/, 'a size with its unit, MiB, GiB or TiB, e.g. "10GiB"')
    .default("10GiB")
    .describe(
      "Of a volume for which nothing else is said. It can grow where the storage class allows it, never shrink.",
    ),
  images: images.prefault({}).describe("Where the nodes find the images."),
  exposure: exposure.prefault({ type: "ClusterIP" }).describe("How clients reach the exposed ports."),
  clientNamespaces: z
    .array(dnsLabel)
    .default([])
    .describe("Namespaces whose pods may use the exposed ports. Every other pod of the cluster is kept out."),
});

export type KubernetesPlatformArgs = z.input<typeof kubernetesPlatformArgs>;
export type KubernetesPlatformSettings = z.output<typeof kubernetesPlatformArgs>;
