export { type BucketAccess, s3cmdConfig } from "./access.ts";
export type { BucketArgs } from "./args.ts";
export { Bucket, type BucketOptions } from "./bucket.ts";
