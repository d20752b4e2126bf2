export type { BucketArgs } from "./args.ts";
export { Bucket, type BucketOptions } from "./bucket.ts";
