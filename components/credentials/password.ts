import type { ComponentResource, Output } from "@pulumi/pulumi";
import * as random from "@pulumi/random";

/**
 * A generated password of letters and digits, so that it stands in a URL and in any file as it is.
 * Protected: the data that it opens outlives a `destroy`, and so must the password.
 */
export function password(name: string, parent: ComponentResource): Output<string> {
  return new random.RandomPassword(name, { length: 32, special: false }, { parent, protect: true }).result;
}
