import type { ResourceType, StandIn } from "../framework/types.ts";
import { types } from "./types.ts";

/** Thrown by everything that would need an account. */
function noAccount(): never {
  throw new Error(
    "the stand-in for the aws provider can only preview: nothing can be made, read, changed or removed with it. " +
      'Install the real plugin ("pulumi plugin install resource aws 7.48.0" on a network that has it) and give it credentials ' +
      "(https://www.pulumi.com/registry/packages/aws/installation-configuration/)",
  );
}

function previewed([inputs, computed]: readonly [string, string]): ResourceType<never> {
  return {
    inputs: inputs.split(" "),
    computed: computed.split(" ").filter((name) => name !== ""),
    // What a type needs is checked by its class in the program; what replaces a resource matters only where there is one.
    required: [],
    replaceOn: [],
    create: noAccount,
    read: noAccount,
    update: noAccount,
    delete: noAccount,
  };
}

/**
 * Stands in for `pulumi-resource-aws` in previews of a stack that is not there yet, without an account: whatever AWS would decide is not known.
 */
export const aws: StandIn<never> = {
  name: "aws",
  version: "7.48.0",
  config: [
    ...["region", "profile", "accessKey", "secretKey", "token", "assumeRoles", "defaultTags", "ignoreTags"],
    ...["allowedAccountIds", "skipCredentialsValidation", "skipRegionValidation", "skipMetadataApiCheck"],
  ],
  configure: noAccount,
  resources: Object.fromEntries(Object.entries(types).map(([token, names]) => [token, previewed(names)])),
};
