import type { StandIn } from "../framework/types.ts";
import { bucket } from "./bucket.ts";
import { settingNames, settingsFrom } from "./settings.ts";
import { Storage } from "./storage.ts";

/** Stands in for the plugin of @pulumi/minio, over the `minio` client. */
export const minio: StandIn<Storage> = {
  name: "minio",
  version: "0.17.1",
  config: settingNames,
  configure: (config) => Storage.at(settingsFrom(config, process.env)),
  resources: { "minio:index/s3Bucket:S3Bucket": bucket },
};
