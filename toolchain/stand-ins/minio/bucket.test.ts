import { S3Bucket } from "@pulumi/minio";
import { describe, expect, it } from "vitest";
import { bucket } from "./bucket.ts";
import { summary } from "./objects.ts";
import { minio } from "./provider.ts";

const reasons = (inputs: Record<string, unknown>) =>
  (bucket.check?.(inputs) ?? []).map(({ reason }) => reason).join("\n");

describe("a bucket", () => {
  it("is named as in the npm package", () => {
    expect(Object.keys(minio.resources)).toEqual([Reflect.get(S3Bucket, "__pulumiType")]);
  });

  it.each(["ab", "Backups", "a_b", "a..b", "-ab", "ab-", "192.168.0.1", "a".repeat(64)])(
    "can't be called %s",
    (name) => {
      expect(reasons({ bucket: name })).toContain(`bucket is "${name}"`);
    },
  );

  it("can be called what S3 allows", () => {
    expect(reasons({ bucket: "my-backups.2026", acl: "public-read", quota: 5 })).toBe("");
  });

  it("is refused with all that is wrong", () => {
    const found = reasons({ bucket: "backups", bucketPrefix: "b-", acl: "publik", quota: -1 });
    expect(found).toMatch(/both set.*acl is "publik".*quota is -1/s);
  });
});

it("tells what a bucket holds", () => {
  const objects = ["a", "b", "b", "c", "d"].map((name) => ({ name }));
  expect(summary({ objects, more: true })).toBe("at least 5 objects and versions (a, b, c, ...)");
  expect(summary({ objects: [{ name: "a" }], more: false })).toBe("1 object or version (a)");
});
