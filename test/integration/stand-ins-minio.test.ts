import { Provider, S3Bucket, type S3BucketArgs } from "@pulumi/minio";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../fixtures/stand-ins/engine.ts";
import { startMinio, type ThrowawayMinio } from "../support/minio.ts";

describe("the stand-in for the minio provider", () => {
  let engine: Engine;
  let stack: Stack;
  let server: ThrowawayMinio;
  let args: S3BucketArgs | undefined;
  let importId: string | undefined;

  beforeAll(async () => {
    engine = await Engine.start("minio");
    server = await startMinio();
    stack = await engine.stack(async () => {
      const provider = new Provider("server", {
        minioServer: `127.0.0.1:${server.port}`,
        minioUser: server.user,
        minioPassword: server.password,
        minioSsl: false,
      });
      if (args !== undefined) {
        new S3Bucket("bucket", args, { provider, ...(importId === undefined ? {} : { import: importId }) });
      }
    });
  });
  afterEach(async () => {
    importId = undefined;
    for (const { name } of await server.client.listBuckets()) {
      const objects = await server.client.listObjects(name, "", true).toArray();
      await server.client.removeObjects(
        name,
        objects.map((object: { name: string }) => object.name),
      );
    }
    await stack.destroy();
    expect(await server.client.listBuckets()).toEqual([]);
  });
  afterAll(async () => {
    await engine?.remove();
    await server?.remove();
  });

  const changes = async () => (await stack.up()).summary.resourceChanges;
  const refreshed = async () => (await stack.refresh()).summary.resourceChanges;

  it("makes a bucket, leaves it alone, and sees what was changed by hand", async () => {
    args = { bucket: "backups", quota: 1_000_000, acl: "public-read" };
    expect(await changes()).toEqual({ create: 3 });
    expect(await engine.resourceOf("S3Bucket")).toMatchObject({
      id: "backups",
      outputs: {
        bucket: "backups",
        arn: "arn:aws:s3:::backups",
        bucketDomainName: `http://127.0.0.1:${server.port}/minio/backups`,
        forceDestroy: false,
        objectLocking: false,
      },
    });
    expect(await changes()).toEqual({ same: 3 });
    expect(await refreshed()).toEqual({ same: 3 });

    await server.client.setBucketPolicy("backups", "");
    expect(await refreshed()).toEqual({ same: 2, update: 1 });
    expect(await changes()).toEqual({ same: 2, update: 1 });
    expect(await server.client.getBucketPolicy("backups")).toContain("s3:GetObject");

    await server.client.removeBucket("backups");
    expect(await refreshed()).toEqual({ same: 2, delete: 1 });
    args = { bucket: "backups" };
    expect(await changes()).toEqual({ same: 2, create: 1 });
  });

  it("changes it in place, and replaces it where its name changes", async () => {
    args = { bucket: "backups" };
    await stack.up();
    args = { bucket: "backups", acl: "public", quota: 5_000_000 };
    expect(await changes()).toEqual({ same: 2, update: 1 });
    args = { bucket: "archive" };
    expect(await changes()).toEqual({ same: 2, replace: 1 });
    expect((await server.client.listBuckets()).map(({ name }) => name)).toEqual(["archive"]);
    args = { bucket: "archive", objectLocking: true };
    await expect(stack.up()).rejects.toThrow(/objectLocking of the bucket "archive" can't be changed/);
  });

  it("names a bucket that is given a prefix, or nothing", async () => {
    args = { bucketPrefix: "nightly-" };
    await stack.up();
    const { id } = await engine.resourceOf("S3Bucket");
    expect(id).toMatch(/^nightly-[0-9a-f]{7}$/);
    expect(await changes()).toEqual({ same: 3 });
    expect(await refreshed()).toEqual({ same: 3 });
    args = {};
    expect(await changes()).toEqual({ same: 2, replace: 1 });
  });

  it("removes no bucket that holds anything, unless it is told to", async () => {
    args = { bucket: "backups" };
    await stack.up();
    await server.client.putObject("backups", "base/backup.tar", "data");
    await expect(stack.destroy()).rejects.toThrow(/"backups" is kept: it holds 1 .*base\/backup\.tar.*forceDestroy/s);
    expect(await server.client.bucketExists("backups")).toBe(true);

    args = { bucket: "backups", forceDestroy: true };
    await stack.up();
    await stack.destroy();
    expect(await server.client.listBuckets()).toEqual([]);
  });

  it("keeps the objects where a replacement is the same bucket", async () => {
    args = { bucket: "backups", forceDestroy: true };
    await stack.up();
    await server.client.putObject("backups", "base", "data");
    const { urn } = await engine.resourceOf("S3Bucket");
    await stack.up({ replace: [urn] });
    expect((await server.client.statObject("backups", "base")).size).toBe(4);
  });

  it("repeats a run that was killed, and takes nothing over that is not its own", async () => {
    args = { bucket: "backups" };
    await stack.up();
    await server.client.putObject("backups", "base", "data");
    // As if the engine had died before it could write down what it made.
    const before = await stack.exportStack();
    const { resources = [] } = before.deployment;
    const forgotten = resources.filter(({ type }: { type: string }) => !type.endsWith(":S3Bucket"));
    await stack.importStack({ ...before, deployment: { ...before.deployment, resources: forgotten } });
    expect(await changes()).toEqual({ same: 2, create: 1 });
    await server.client.removeObject("backups", "base");
    await stack.destroy();

    await server.client.makeBucket("backups");
    await server.client.putObject("backups", "theirs", "data");
    await expect(stack.up()).rejects.toThrow(/"backups" exists already.*theirs.*pulumi import minio:index\/s3Bucket/s);
    expect((await server.client.statObject("backups", "theirs")).size).toBe(4);
    await server.client.removeObject("backups", "theirs");
    expect(await changes()).toMatchObject({ create: 1 });
  });

  it("imports a bucket", async () => {
    await server.client.makeBucket("backups", "", { ObjectLocking: true });
    args = { bucket: "backups", objectLocking: true };
    importId = "backups";
    expect(await changes()).toMatchObject({ import: 1 });
    importId = undefined;
    expect(await changes()).toEqual({ same: 3 });
  });

  it("tells what is wrong", async () => {
    args = { bucket: "Not_A_Name", acl: "publik" };
    const failure = await stack.up().catch((error: Error) => error.message);
    expect(failure).toMatch(/bucket is "Not_A_Name"/);
    expect(failure).toMatch(/acl is "publik"/);
    expect(failure).not.toContain(server.password);
  });
});
