/** Where a Docker engine listens. */
export type Address =
  | { readonly socketPath: string; readonly text: string }
  | { readonly host: string; readonly port: number; readonly text: string };

const fallback = "unix:///var/run/docker.sock";

/**
 * The address that the provider's `host` names, or else `DOCKER_HOST`, or else the engine of this machine.
 *
 * @throws where this stand-in cannot speak what is asked for, e.g. ssh.
 */
export function addressOf(host: unknown): Address {
  const text = typeof host === "string" && host !== "" ? host : process.env.DOCKER_HOST || fallback;
  const socket = /^unix:\/\/(\/.+)$/.exec(text);
  if (socket?.[1] !== undefined) return { socketPath: socket[1], text };
  const network = /^(?:tcp|http):\/\/([^:/]+|\[[^\]]+\])(?::(\d+))?\/?$/.exec(text);
  if (network?.[1] !== undefined) {
    return { host: network[1].replace(/^\[|\]$/g, ""), port: Number(network[2] ?? 2375), text };
  }
  throw new Error(
    `the docker provider's host is "${text}"; this stand-in speaks unix:///PATH and tcp://HOST:PORT without TLS. ` +
      "For ssh forward the socket (ssh -L /tmp/docker.sock:/var/run/docker.sock HOST) and use unix:///tmp/docker.sock; " +
      'otherwise install the real plugin: "pulumi plugin install resource docker 5.2.0" on a network that has it',
  );
}
