import { isType, type Resource } from "../graph/resource.ts";
import { at, text } from "../graph/values.ts";
import type { ResourceRule } from "../rule.ts";

const holdsData = [
  "docker:index:Volume",
  "kubernetes:core:PersistentVolume",
  "kubernetes:core:PersistentVolumeClaim",
  "aws:ebs:Volume",
  "aws:s3:Bucket",
  "aws:s3:BucketV2",
  "minio:index:S3Bucket",
  "postgresql:index:Database",
];

export const protectedData: ResourceRule = {
  name: "protected-data",
  description: "What holds data is not removed by accident.",
  enforcement: "mandatory",
  problems: (resource) => [...unprotected(resource), ...emptied(resource), ...claimsRemoved(resource)],
};

function unprotected(resource: Resource): string[] {
  if (!isType(resource, ...holdsData) || resource.protect) return [];
  return [
    "protect is false, so that one command may delete the data. It must be true: give the resource or its parent the " +
      "option { protect: true }.",
  ];
}

function emptied(resource: Resource): string[] {
  if (!isType(resource, "minio:index:S3Bucket", "aws:s3:Bucket", "aws:s3:BucketV2")) return [];
  if (resource.props.forceDestroy !== true) return [];
  return ["forceDestroy is true, so that the bucket is deleted with all that is in it. Leave it out."];
}

function claimsRemoved(resource: Resource): string[] {
  if (!isType(resource, "kubernetes:apps:StatefulSet")) return [];
  const policy = at(resource.props, "spec", "persistentVolumeClaimRetentionPolicy");
  return ["whenDeleted", "whenScaled"]
    .filter((when) => text(at(policy, when)) === "Delete")
    .map(
      (when) =>
        `persistentVolumeClaimRetentionPolicy.${when} is Delete, so that the volumes go with the pods. It must be ` +
        "Retain, which is the default.",
    );
}
