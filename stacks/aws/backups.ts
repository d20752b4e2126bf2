import { InstanceProfile } from "@pulumi/aws/iam/instanceProfile.js";
import { Role } from "@pulumi/aws/iam/role.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import type { CustomResourceOptions } from "@pulumi/pulumi";

/**
 * The bucket for backups, and the identity with which database machines write to it: they hold no key that could leak.
 * The bucket is protected, keeps what is overwritten or deleted, and is never emptied.
 */
export function backups(name: string, bucketName: string, opts: CustomResourceOptions): InstanceProfile {
  const bucket = new Bucket(
    `${name}-backups`,
    { bucket: bucketName, forceDestroy: false, tags: { Name: bucketName } },
    { ...opts, protect: true },
  );
  const settings = { bucket: bucket.bucket };
  new BucketVersioning(`${name}-backups`, { ...settings, versioningConfiguration: { status: "Enabled" } }, opts);
  new BucketPublicAccessBlock(
    `${name}-backups`,
    {
      ...settings,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    opts,
  );
  new BucketServerSideEncryptionConfiguration(
    `${name}-backups`,
    {
      ...settings,
      rules: [{ applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" }, bucketKeyEnabled: true }],
    },
    opts,
  );
  const role = new Role(`${name}-database`, { assumeRolePolicy: JSON.stringify(trust) }, opts);
  new RolePolicy(`${name}-backups`, { role: role.id, policy: JSON.stringify(mayWrite(bucketName)) }, opts);
  return new InstanceProfile(`${name}-database`, { role: role.id }, opts);
}

const version = "2012-10-17";

const trust = {
  Version: version,
  Statement: [{ Effect: "Allow", Principal: { Service: "ec2.amazonaws.com" }, Action: "sts:AssumeRole" }],
};

/** No version can be deleted for good with this. */
export function mayWrite(bucket: string) {
  const arn = `arn:aws:s3:::${bucket}`;
  return {
    Version: version,
    Statement: [
      { Effect: "Allow", Action: ["s3:ListBucket", "s3:GetBucketLocation"], Resource: arn },
      {
        Effect: "Allow",
        Action: ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"],
        Resource: `${arn}/*`,
      },
    ],
  };
}
