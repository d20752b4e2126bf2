import * as minio from "@pulumi/minio";
import { ComponentResource, type ComponentResourceOptions, type Output, secret } from "@pulumi/pulumi";
import type { Platform, Service } from "../../platforms/service.ts";
import { parseArguments } from "../arguments.ts";
import type { Login } from "../cluster/cluster.ts";
import { password } from "../credentials/index.ts";
import { onceReachable } from "../reachable/once-reachable.ts";
import { s3Answers } from "../reachable/s3.ts";
import type { BucketAccess } from "./access.ts";
import { type BucketArgs, type BucketSettings, bucketArgs } from "./args.ts";

export interface BucketOptions {
  readonly platform: Platform;
  readonly bucket?: BucketArgs;
}

const minioService = "minio";
const rootUser = "postgres-ha";

function describe(settings: Extract<BucketSettings, { kind: "minio" }>, rootPassword: Output<string>): Service {
  return {
    name: minioService,
    role: "minio",
    instances: 1,
    command: ["minio", "server", "--quiet", "--address", `:${settings.port}`, "/var/lib/minio/data"],
    environment: () => ({
      MINIO_ROOT_USER_FILE: "/etc/minio/root-user",
      MINIO_ROOT_PASSWORD_FILE: "/etc/minio/root-password",
      MINIO_PORT: String(settings.port),
      MINIO_BROWSER: "off",
    }),
    files: [
      { path: "/etc/minio/root-user", content: rootUser },
      { path: "/etc/minio/root-password", content: rootPassword, secret: true },
    ],
    volumes: [{ name: "data", path: "/var/lib/minio" }],
    ports: [{ name: "s3", port: settings.port, exposed: true }],
    user: 999,
    health: { command: ["/usr/local/bin/healthy"], interval: 10, timeout: 3, retries: 3, startPeriod: 20 },
    limits: { memory: settings.memory },
    stop: { signal: "SIGTERM", grace: 20 },
    waitForHealth: false,
  };
}

/**
 * An S3 bucket for backups: on a MinIO that this component runs, or one that exists elsewhere.
 * The MinIO's volume and the bucket are protected, and a bucket that holds objects is never removed.
 */
export class Bucket extends ComponentResource {
  /** As clients outside the stack reach it. */
  readonly endpoint: string;
  readonly bucket: string;
  /** None where the machines' own identity is what may write. */
  readonly login?: Login;
  /** For services of the same stack. */
  readonly access: BucketAccess;

  constructor(name: string, args: BucketOptions, opts?: ComponentResourceOptions) {
    super("pulumi-postgres-ha:components:Bucket", name, {}, opts);
    const settings = parseArguments(`Bucket ${name}`, bucketArgs, args.bucket ?? { kind: "minio" });
    this.bucket = settings.bucket;
    if (settings.kind === "s3") {
      this.endpoint = settings.endpoint;
      const { accessKey, secretKey } = settings;
      if (accessKey !== undefined && secretKey !== undefined) {
        this.login = { user: accessKey, password: secret(secretKey) };
      }
    } else {
      const rootPassword = password(`${name}-root`, this);
      const service = args.platform.place(describe(settings, rootPassword), { parent: this });
      const { host, port } = service.endpoint("s3");
      this.endpoint = `http://${host}:${port}`;
      this.login = { user: rootUser, password: rootPassword };

      const provider = new minio.Provider(
        `${name}-s3`,
        {
          minioServer: onceReachable(`${host}:${port}`, rootPassword, () => s3Answers(this.endpoint)),
          minioUser: rootUser,
          minioPassword: rootPassword,
          minioSsl: false,
        },
        { parent: this },
      );
      const [volume] = service.storage;
      new minio.S3Bucket(
        `${name}-bucket`,
        { bucket: settings.bucket, acl: "private", forceDestroy: false },
        { parent: this, provider, protect: true, ...(volume ? { deletedWith: volume } : {}) },
      );
    }
    const inside =
      settings.kind === "s3" ? settings.endpoint : `http://${args.platform.address(minioService)}:${settings.port}`;
    this.access = { endpoint: inside, bucket: this.bucket, ...(this.login ? { login: this.login } : {}) };
    this.registerOutputs({});
  }
}
