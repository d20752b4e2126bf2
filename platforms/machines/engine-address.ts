import type { Machine, MachinesPlatformSettings } from "./args.ts";

/** How the Docker provider reaches a machine's engine: through `ssh`, which must be there, and never asks a question. */
export interface EngineAddress {
  /** E.g. `ssh://root@10.0.0.120:22`. */
  readonly host: string;
  /** Options of the program `ssh`. */
  readonly sshOpts: readonly string[];
}

/** https://www.pulumi.com/registry/packages/docker/installation-configuration/#remote-hosts */
export function engineAddress(
  machine: Pick<Machine, "address" | "ssh">,
  common: MachinesPlatformSettings["ssh"],
): EngineAddress {
  const { user, port, host, keyFile, knownHostsFile } = { host: machine.address, ...common, ...machine.ssh };
  const options = [
    "BatchMode=yes",
    // Whoever answers under a wrong key gets every password of the system.
    "StrictHostKeyChecking=yes",
    ...(knownHostsFile === undefined ? [] : [`UserKnownHostsFile=${knownHostsFile}`]),
    ...(keyFile === undefined ? [] : ["IdentitiesOnly=yes"]),
  ];
  return {
    host: `ssh://${user}@${host}:${port}`,
    sshOpts: [...(keyFile === undefined ? [] : ["-i", keyFile]), ...options.flatMap((option) => ["-o", option])],
  };
}
