import { type Output, output, runtime, unsecret } from "@pulumi/pulumi";

/**
 * The address of a service of the same stack, for a provider that talks to it: in an update it is known only once the service answers.
 *
 * A provider connects as soon as it knows its address, and the service takes a while. A `dependsOn` would wait as well, but would also tie what lives in
 * the data (roles, databases, buckets) to the containers in front of it, and `destroy --exclude-protected` could not remove the one and keep the other:
 * docs/decisions/0002-what-destroy-keeps.md.
 */
export function onceReachable(
  address: string,
  password: Output<string>,
  answers: (password: string) => Promise<void>,
): Output<string> {
  if (runtime.isDryRun()) return output(address);
  return unsecret(password.apply((word) => answers(word).then(() => address)));
}
