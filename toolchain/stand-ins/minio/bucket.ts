import { createHash } from "node:crypto";
import type { Client } from "minio";
import { autoName } from "../framework/auto-name.ts";
import type { CallContext, CheckFailure, Properties, ResourceType } from "../framework/types.ts";
import { isRecord } from "../framework/values.ts";
import { checkKinds, flag, inputsFromLive, number, present, text } from "../inputs.ts";
import { type Acl, aclOf, acls, policyOf } from "./acl.ts";
import { contentsOf, removeAll, summary } from "./objects.ts";
import { readQuota, setQuota } from "./quota.ts";
import { codeOf, type Storage, UserError } from "./storage.ts";

const token = "minio:index/s3Bucket:S3Bucket";

const kinds = {
  acl: "a text",
  bucket: "a text",
  bucketPrefix: "a text",
  forceDestroy: "true or false",
  objectLocking: "true or false",
  quota: "a whole number",
} as const;

const schemaDefaults = { acl: "private", forceDestroy: false, objectLocking: false };

/** The tag that says which resource a bucket was made for, so that an interrupted run can be repeated. */
const markTag = "pulumi-urn-sha256";

/**
 * `minio.S3Bucket`. Its id is the bucket's name. A bucket that exists is taken over only where it is empty or its tag says that
 * it was made for this very resource; one that holds anything is removed only with `forceDestroy`.
 */
export const bucket: ResourceType<Storage> = {
  inputs: Object.keys(kinds),
  required: [],
  replaceOn: ["bucket", "bucketPrefix"],
  schemaDefaults,
  computed: ["arn", "bucket", "bucketDomainName"],

  check,

  async create(storage, inputs, context) {
    const name = text(inputs, "bucket") ?? generatedName(text(inputs, "bucketPrefix"), context.urn);
    await storage.run(`create the bucket "${name}"`, async (client) => {
      if (!(await make(client, name, inputs, storage.settings.region, context.urn))) {
        await takeOver(client, name, inputs, storage.settings.region, context);
      }
      await setAcl(client, name, aclFrom(inputs));
      const quota = number(inputs, "quota");
      if (quota !== undefined) await setQuota(client, name, quota);
    });
    storage.own.made(token, name);
    return { id: name, outputs: outputsOf(storage, name, inputs) };
  },

  async read(storage, id, state, _, inputs) {
    const last = { ...schemaDefaults, ...state, ...inputs };
    return storage.run(`read the bucket "${id}"`, async (client) => {
      if (!(await client.bucketExists(id))) return undefined;
      const live = {
        ...last,
        bucket: id,
        acl: (await liveAcl(client, id, last.acl)) ?? last.acl,
        objectLocking: await isLocking(client, id),
        quota: await liveQuota(client, id, number(last, "quota")),
      };
      const { arn, bucketDomainName, ...settable } = outputsOf(storage, id, live);
      return {
        id,
        inputs: inputsFromLive(inputs, settable, schemaDefaults, ["bucket"]),
        outputs: { ...settable, arn, bucketDomainName },
      };
    });
  },

  async update(storage, id, state, inputs) {
    if (flag(state, "objectLocking") !== flag(inputs, "objectLocking")) {
      throw new UserError(
        `objectLocking of the bucket "${id}" can't be changed: S3 decides it when a bucket is made. ` +
          "Set it back, or declare another bucket and move the objects there",
      );
    }
    await storage.run(`change the bucket "${id}"`, async (client) => {
      if (aclFrom(state) !== aclFrom(inputs)) await setAcl(client, id, aclFrom(inputs));
      if (state.quota !== inputs.quota) await setQuota(client, id, number(inputs, "quota") ?? 0);
    });
    return outputsOf(storage, id, inputs);
  },

  async delete(storage, id, state, { log }) {
    if (storage.own.includes(token, id)) return log(`the bucket "${id}" stays: its replacement is the same bucket`);
    await storage.run(`remove the bucket "${id}"`, async (client) => {
      try {
        const contents = await contentsOf(client, id);
        if (contents.objects.length > 0 && !flag(state, "forceDestroy")) {
          throw new UserError(
            `the bucket "${id}" is kept: it holds ${summary(contents)}. Empty it, or set forceDestroy, run \`up\`, and destroy ` +
              `then; to keep it and forget it here, run \`pulumi state delete\``,
          );
        }
        await removeAll(client, id);
        await client.removeBucket(id);
      } catch (error) {
        if (codeOf(error) !== "NoSuchBucket") throw error;
      }
    });
  },
};

function check(inputs: Properties): readonly CheckFailure[] {
  const failures = checkKinds(inputs, kinds);
  const fail = (property: string, reason: string) => failures.push({ property, reason });
  const name = text(inputs, "bucket");
  const prefix = text(inputs, "bucketPrefix");
  if (name !== undefined && prefix !== undefined)
    fail("bucketPrefix", "bucket and bucketPrefix are both set; set one of them");
  if (name !== undefined && !isBucketName(name)) {
    fail(
      "bucket",
      `bucket is "${name}"; 3 to 63 lower-case letters, digits, hyphens and dots are allowed, with a letter or digit at both ends`,
    );
  }
  if (prefix !== undefined && !isBucketName(`${prefix}0000000`)) {
    fail(
      "bucketPrefix",
      `bucketPrefix is "${prefix}"; up to 56 lower-case letters, digits, hyphens and dots are allowed`,
    );
  }
  if (inputs.acl !== undefined && !acls.includes(inputs.acl as Acl)) {
    fail("acl", `acl is "${inputs.acl}"; ${acls.join(", ")} are allowed`);
  }
  if (Number(inputs.quota ?? 0) < 0) fail("quota", `quota is ${inputs.quota}; 0 (no limit) or more bytes are allowed`);
  return failures;
}

function isBucketName(name: string): boolean {
  return /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(name) && !/\.\.|\.-|-\.|^\d+\.\d+\.\d+\.\d+$/.test(name);
}

// Always the same for one resource, so that a run that was killed finds the bucket it had begun.
function generatedName(prefix: string | undefined, urn: string): string {
  if (prefix !== undefined) return `${prefix}${hash(urn).slice(0, 7)}`;
  return autoName(urn)
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]/g, "-")
    .slice(-63)
    .replace(/^-+/, "");
}

function hash(value: string): string {
  return createHash("sha256").update(value).digest("hex");
}

/** True where the bucket was made now, false where it was there. */
async function make(client: Client, name: string, inputs: Properties, region: string, urn: string): Promise<boolean> {
  if (await client.bucketExists(name)) return false;
  try {
    await client.makeBucket(name, region, { ObjectLocking: flag(inputs, "objectLocking") });
  } catch (error) {
    if (codeOf(error) === "BucketAlreadyOwnedByYou") return false;
    throw error;
  }
  await client.setBucketTagging(name, { [markTag]: hash(urn) }).catch((error: unknown) => {
    // Without the mark the bucket is taken over only while it is empty.
    if (!isUnsupported(error)) throw error;
  });
  return true;
}

async function takeOver(
  client: Client,
  name: string,
  inputs: Properties,
  region: string,
  { urn, log }: CallContext,
): Promise<void> {
  const marked = (await tagsOf(client, name)).some(({ Key, Value }) => Key === markTag && Value === hash(urn));
  const contents = await contentsOf(client, name);
  const resource = urn.slice(urn.lastIndexOf("::") + 2);
  if (!marked && contents.objects.length > 0) {
    throw new UserError(
      `the bucket "${name}" exists already, was not made for this resource and holds ${summary(contents)}, so it is left alone. ` +
        `To manage it from here run \`pulumi import ${token} ${resource} ${name}\`; otherwise choose another name`,
    );
  }
  if (flag(inputs, "objectLocking") && !(await isLocking(client, name))) {
    if (contents.objects.length > 0) {
      throw new UserError(
        `the bucket "${name}" exists without objectLocking and holds ${summary(contents)}; it can't be added later`,
      );
    }
    await client.removeBucket(name); // refused by the server, should it hold anything by now
    await make(client, name, inputs, region, urn);
  }
  log(
    `the bucket "${name}" is there already, ${marked ? "from a run that was interrupted" : "and empty"}; taking it over`,
  );
}

async function tagsOf(client: Client, name: string): Promise<readonly { Key: string; Value: string }[]> {
  try {
    return await client.getBucketTagging(name);
  } catch (error) {
    if (codeOf(error) === "NoSuchTagSet" || isUnsupported(error)) return [];
    throw error;
  }
}

function isUnsupported(error: unknown): boolean {
  return ["NotImplemented", "MethodNotAllowed"].includes(codeOf(error));
}

function aclFrom(properties: Properties): Acl {
  return acls.find((acl) => acl === properties.acl) ?? "private";
}

async function setAcl(client: Client, name: string, acl: Acl): Promise<void> {
  try {
    await client.setBucketPolicy(name, policyOf(acl, name));
  } catch (error) {
    // A server without policies has private buckets only.
    if (acl !== "private" || !(codeOf(error) === "NoSuchBucketPolicy" || isUnsupported(error))) throw error;
  }
}

async function liveAcl(client: Client, name: string, declared: unknown): Promise<Acl | undefined> {
  try {
    return aclOf(await client.getBucketPolicy(name), name, declared);
  } catch (error) {
    if (codeOf(error) === "NoSuchBucketPolicy") return "private";
    if (isUnsupported(error)) return undefined;
    throw error;
  }
}

async function isLocking(client: Client, name: string): Promise<boolean> {
  try {
    const config: unknown = await client.getObjectLockConfig(name);
    return isRecord(config) && config.objectLockEnabled === "Enabled";
  } catch (error) {
    if (codeOf(error) === "ObjectLockConfigurationNotFoundError" || isUnsupported(error)) return false;
    throw error;
  }
}

/** The live quota, or the last known one where the server or the user's rights do not tell. */
async function liveQuota(client: Client, name: string, last: number | undefined): Promise<number | undefined> {
  return readQuota(client, name).catch(() => last);
}

function outputsOf(storage: Storage, name: string, properties: Properties): Properties {
  return present({
    acl: aclFrom(properties),
    bucket: name,
    bucketPrefix: properties.bucketPrefix,
    forceDestroy: flag(properties, "forceDestroy"),
    objectLocking: flag(properties, "objectLocking"),
    quota: properties.quota,
    arn: `arn:aws:s3:::${name}`,
    bucketDomainName: `${storage.url}/minio/${name}`,
  });
}
