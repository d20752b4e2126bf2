import { describe, expect, it } from "vitest";
import { problemsOf, sample, statefulSet } from "../sample.ts";
import { protectedData } from "./protected-data.ts";

describe("what holds data", () => {
  it.each([
    "docker:index/volume:Volume",
    "kubernetes:core/v1:PersistentVolumeClaim",
    "aws:ebs/volume:Volume",
    "aws:s3/bucketV2:BucketV2",
    "minio:index/s3Bucket:S3Bucket",
    "postgresql:index/database:Database",
  ])("is protected: %s", (type) => {
    expect(problemsOf(protectedData, sample(type, {}))).toEqual([expect.stringContaining("protect is false")]);
    expect(problemsOf(protectedData, sample(type, {}, { protect: true }))).toEqual([]);
  });

  it("is not removed with the bucket or the pods that it belongs to", () => {
    const bucket = sample("minio:index/s3Bucket:S3Bucket", { forceDestroy: true }, { protect: true });
    expect(problemsOf(protectedData, bucket)).toEqual([expect.stringContaining("forceDestroy is true")]);
    const retention = (whenDeleted: string) =>
      statefulSet({}, { persistentVolumeClaimRetentionPolicy: { whenDeleted, whenScaled: "Retain" } });
    expect(problemsOf(protectedData, retention("Delete"))).toEqual([expect.stringContaining("whenDeleted is Delete")]);
    expect(problemsOf(protectedData, retention("Retain"), statefulSet({}))).toEqual([]);
  });

  it("is no container and no network", () => {
    const others = ["docker:index/container:Container", "docker:index/network:Network"].map((type) => sample(type, {}));
    expect(problemsOf(protectedData, ...others)).toEqual([]);
  });
});
