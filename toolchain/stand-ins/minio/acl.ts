/** The canned access control lists of the real provider. */
export const acls = ["private", "public-write", "public-read", "public-read-write", "public"] as const;
export type Acl = (typeof acls)[number];

interface Statement {
  readonly Effect: string;
  readonly Principal: unknown;
  readonly Action: unknown;
  readonly Resource: unknown;
}

const read = { bucket: ["s3:GetBucketLocation", "s3:ListBucket"], objects: ["s3:GetObject"] };
const write = {
  bucket: ["s3:GetBucketLocation", "s3:ListBucketMultipartUploads"],
  objects: ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:ListMultipartUploadParts", "s3:PutObject"],
};
const both = {
  bucket: [...new Set([...read.bucket, ...write.bucket])],
  objects: [...read.objects, ...write.objects],
};

const allowed: Readonly<Record<Exclude<Acl, "private">, typeof read>> = {
  "public-read": read,
  "public-write": write,
  "public-read-write": both,
  public: both,
};

/** The bucket policy that an ACL stands for, in the shape that `mc anonymous set` writes; "" for none. */
export function policyOf(acl: Acl, bucket: string): string {
  if (acl === "private") return "";
  const statement = (actions: readonly string[], resource: string) => ({
    Effect: "Allow",
    Principal: { AWS: ["*"] },
    Action: actions,
    Resource: [resource],
  });
  const { bucket: onBucket, objects } = allowed[acl];
  const Statement = [statement(onBucket, `arn:aws:s3:::${bucket}`), statement(objects, `arn:aws:s3:::${bucket}/*`)];
  return JSON.stringify({ Version: "2012-10-17", Statement });
}

/** The ACL that a live policy stands for, `undefined` where it is one of somebody's own. Of two alike ACLs the declared one is named. */
export function aclOf(policy: string, bucket: string, declared: unknown): Acl | undefined {
  if (policy === "") return "private";
  const live = permissions(policy);
  const same = acls.filter((acl) => acl !== "private" && permissions(policyOf(acl, bucket)) === live);
  return same.find((acl) => acl === declared) ?? same.find((acl) => acl === "public") ?? same[0];
}

/** What a policy allows, in one order: servers store the lists in theirs, and names of statements mean nothing. */
function permissions(policy: string): string {
  const parsed: { Statement?: readonly Statement[] } = JSON.parse(policy);
  return (parsed.Statement ?? [])
    .flatMap(({ Effect, Principal, Action, Resource }) =>
      list(Action).flatMap((action) =>
        list(Resource).map((resource) => `${Effect} ${JSON.stringify(principals(Principal))} ${action} ${resource}`),
      ),
    )
    .sort()
    .join("\n");
}

function principals(principal: unknown): readonly string[] {
  if (typeof principal === "object" && principal !== null && "AWS" in principal) return list(principal.AWS);
  return list(principal);
}

function list(value: unknown): readonly string[] {
  return (Array.isArray(value) ? value : [value]).map(String).sort();
}
