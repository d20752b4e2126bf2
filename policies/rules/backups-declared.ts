import { isType, type Resource } from "../graph/resource.ts";
import { isCluster } from "../graph/services.ts";
import type { StackRule } from "../rule.ts";

/** `pulumi-postgres-ha:components:Bucket` is one that exists elsewhere, or has its own bucket below it. */
const buckets = [
  "pulumi-postgres-ha:components:Bucket",
  "minio:index:S3Bucket",
  "aws:s3:Bucket",
  "aws:s3:BucketV2",
  "gcp:storage:Bucket",
  "azure-native:storage:BlobContainer",
];

export const backupsDeclared: StackRule = {
  name: "backups-declared",
  description: "A stack with a cluster has a place for its backups.",
  enforcement: "mandatory",
  stackProblems: (resources) => {
    const cluster = resources.find(isCluster);
    if (cluster === undefined || resources.some((resource: Resource) => isType(resource, ...buckets))) return [];
    return [
      {
        urn: cluster.urn,
        message:
          "the stack has 0 buckets, so that nothing of the cluster is kept elsewhere than on its own volumes; at least 1 is " +
          'needed. Declare a Bucket, also for one that exists already (kind: "s3").',
      },
    ];
  },
};
