import { existsSync } from "node:fs";
import { join } from "node:path";

interface PolicyOptions {
  readonly policyPacks: string[];
  readonly policyPackConfigs?: string[];
}

/** The pack of this clone, and what its user has set for a stack in `policy-config.<stack>.json`, where there is such a file. */
export function policyOptions(root: string, stack: string): PolicyOptions {
  const config = join(root, policyConfigFile(stack));
  return {
    policyPacks: [join(root, "policies")],
    ...(existsSync(config) ? { policyPackConfigs: [config] } : {}),
  };
}

/** Beside `Pulumi.<stack>.yaml`, and like it named by the last part of a stack's name. */
export const policyConfigFile = (stack: string): string => `policy-config.${stack.split("/").at(-1)}.json`;
