import { all, type Output, output } from "@pulumi/pulumi";
import type { Login } from "../cluster/cluster.ts";

/** The bucket, for services of the same stack that put something into it. */
export interface BucketAccess {
  /** As services of the stack reach it. */
  readonly endpoint: string;
  readonly bucket: string;
  /** None where the machines' own identity is what may write. */
  readonly login?: Login;
}

/** The configuration of s3cmd. Addresses name the bucket in their path, which every S3 server takes. https://s3tools.org/usage */
export function s3cmdConfig({ endpoint, login }: BucketAccess): Output<string> {
  const { host, protocol } = new URL(endpoint);
  const keys = login
    ? all([login.user, login.password]).apply(([user, word]) => `access_key = ${user}\nsecret_key = ${word}\n`)
    : output("");
  return keys.apply(
    (lines) =>
      `[default]\n${lines}host_base = ${host}\nhost_bucket = ${host}\nuse_https = ${protocol === "https:" ? "True" : "False"}\n`,
  );
}
