import { describe, expect, it } from "vitest";
import { container, patroni, sample, stackProblemsOf, statefulSet } from "../sample.ts";
import { backupsDeclared } from "./backups-declared.ts";

const clusters = [
  ["Patroni's configuration", patroni({})],
  ["a component", sample("pulumi-postgres-ha:components:PatroniCluster", {})],
  ["a container", container({ envs: ["PATRONI_NAME=postgres-1"] })],
  ["a pod", statefulSet({ containers: [{ env: [{ name: "PATRONI_SCOPE", value: "orders" }] }] })],
] as const;

describe("a stack with a cluster", () => {
  it.each(clusters)("known by %s, without a bucket is refused", (_, cluster) => {
    expect(stackProblemsOf(backupsDeclared, cluster)).toEqual([expect.stringContaining("0 buckets")]);
    expect(backupsDeclared.stackProblems([cluster])[0]?.urn).toBe(cluster.urn);
  });

  it.each(["minio:index/s3Bucket:S3Bucket", "aws:s3/bucketV2:BucketV2", "pulumi-postgres-ha:components:Bucket"])(
    "and a bucket is accepted: %s",
    (type) => {
      expect(stackProblemsOf(backupsDeclared, patroni({}), sample(type, {}))).toEqual([]);
    },
  );
});

it("asks nothing of a stack without a cluster", () => {
  expect(stackProblemsOf(backupsDeclared, container({ envs: ["PORT=80"] }))).toEqual([]);
});
