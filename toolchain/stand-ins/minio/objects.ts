import type { Client } from "minio";

/** What lies in a bucket, versions and delete markers included, as far as one listing shows. */
export interface Contents {
  /** The first objects, at most 1000. */
  readonly objects: readonly { readonly name: string; readonly versionId?: string }[];
  readonly more: boolean;
}

export async function contentsOf(client: Client, bucket: string): Promise<Contents> {
  const listing = await client.listObjectsQuery(bucket, "", "", { Delimiter: "", MaxKeys: 1000, IncludeVersion: true });
  // The client hands versions out and its types do not know them.
  const listed: readonly { readonly name?: string; readonly versionId?: string }[] = listing.objects;
  const objects = listed.flatMap(({ name, versionId }) => {
    if (name === undefined) return [];
    return [{ name, ...(versionId ? { versionId } : {}) }];
  });
  return { objects, more: listing.isTruncated ?? false };
}

/** "3 objects (a, b, c)", "at least 1000 objects (a, b, c, ...)" */
export function summary({ objects, more }: Contents): string {
  const names = [...new Set(objects.map(({ name }) => name))];
  const shown = names.length > 3 ? [...names.slice(0, 3), "..."] : names;
  const count = `${objects.length} ${objects.length === 1 ? "object or version" : "objects and versions"}`;
  return `${more ? "at least " : ""}${count} (${shown.join(", ")})`;
}

/** Removes everything in the bucket. What is under a legal hold or compliance retention makes it fail, and stays. */
export async function removeAll(client: Client, bucket: string): Promise<void> {
  let before = "";
  for (;;) {
    const { objects } = await contentsOf(client, bucket);
    if (objects.length === 0) return;
    const first = JSON.stringify(objects[0]);
    if (first === before) throw new Error(`the object ${first} is still there after it was removed`);
    before = first;
    const failed = await client.removeObjects(bucket, [...objects]);
    if (failed.length === 0) continue;
    // The batch can't bypass governance retention, and some servers pass over locked versions in it without a word.
    for (const { name, versionId } of objects) {
      await client.removeObject(bucket, name, { governanceBypass: true, ...(versionId ? { versionId } : {}) });
    }
  }
}
