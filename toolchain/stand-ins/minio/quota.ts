import type { Client } from "minio";

/** Sets the most bytes that a bucket may hold; 0 sets no limit. An extension of MinIO: no other S3 server has it. */
export async function setQuota(client: Client, bucket: string, bytes: number): Promise<void> {
  await client.makeRequestAsyncOmit(
    { method: "PUT", ...adminPath("set-bucket-quota", bucket) },
    JSON.stringify({ quota: bytes, quotatype: "hard" }),
    [200],
  );
}

/** The quota in bytes, `undefined` where there is none. */
export async function readQuota(client: Client, bucket: string): Promise<number | undefined> {
  const response = await client.makeRequestAsync(
    { method: "GET", ...adminPath("get-bucket-quota", bucket) },
    "",
    [200],
  );
  let body = "";
  for await (const part of response) body += String(part);
  const { quota, size }: { quota?: number; size?: number } = JSON.parse(body);
  return quota || size || undefined;
}

// MinIO's admin interface is signed as S3 is, under a path whose first part reads like a bucket.
function adminPath(method: string, bucket: string) {
  return {
    bucketName: "minio",
    objectName: `admin/v3/${method}`,
    query: `bucket=${encodeURIComponent(bucket)}`,
    pathStyle: true,
  };
}
