import { Config, getProject, getStack, runtime } from "@pulumi/pulumi";
import { configValue } from "./config-file.ts";
import { parseStackSettings, type StackSettings } from "./schema.ts";

/** What this stack is configured to be: `Pulumi.<stack>.yaml`, or `pulumi config set`. */
export function readSettings(): StackSettings {
  const prefix = `${getProject()}:`;
  const config = new Config();
  const entries = Object.keys(runtime.allConfig())
    .filter((key) => key.startsWith(prefix))
    .map((key) => key.slice(prefix.length))
    .map((key) => [key, configValue(config.require(key))] as const);
  return parseStackSettings(getStack(), Object.fromEntries(entries));
}
