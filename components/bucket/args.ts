import { z } from "zod";
import { memory, port } from "../schemas.ts";

const bucketName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, "a bucket name: 3 to 63 lower-case letters, digits, dots and hyphens");

/** Where backups go. */
export const bucketArgs = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("minio").describe("A MinIO of its own, with one volume. The default."),
    bucket: bucketName.default("backups").describe("The bucket's name."),
    port: port.default(9000).describe("The S3 port."),
    memory: memory(256).prefault("512MiB").describe('The memory limit of the MinIO, e.g. "1GiB".'),
  }),
  z
    .strictObject({
      kind: z.literal("s3").describe("Any S3 that exists already; the bucket too. Nothing there is made or removed."),
      endpoint: z.url().describe("E.g. https://s3.eu-central-1.example.com"),
      bucket: bucketName.describe("The bucket's name."),
      accessKey: z
        .string()
        .min(1)
        .optional()
        .describe("Left out, with the secret key: the machines have an identity of their own that may write there."),
      secretKey: z
        .string()
        .min(1)
        .optional()
        .describe("Set it as a secret: pulumi config set --secret --path bucket.secretKey"),
    })
    .refine(({ accessKey, secretKey }) => (accessKey === undefined) === (secretKey === undefined), {
      error: ({ input }) => {
        const given =
          (input as { accessKey?: string }).accessKey === undefined
            ? ["secretKey", "accessKey"]
            : ["accessKey", "secretKey"];
        return `${given[0]} is there without ${given[1]}; give both, or none where the machines have an identity of their own`;
      },
    }),
]);

export type BucketArgs = z.input<typeof bucketArgs>;
export type BucketSettings = z.output<typeof bucketArgs>;
