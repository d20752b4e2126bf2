import { networkInterfaces } from "node:os";
import { z } from "zod";

/** The loopback addresses that this machine has: the second is missing where IPv6 is switched off. */
export function loopbackAddresses(interfaces = networkInterfaces()): string[] {
  const own = Object.values(interfaces).flatMap((addresses) => addresses ?? []);
  return ["127.0.0.1", "::1"].filter(
    (address) => address === "127.0.0.1" || own.some((one) => one.address === address),
  );
}

/** Where on one Docker engine a stack lives. */
export const dockerPlatformArgs = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "a name of lower-case letters, digits and hyphens, at most 40")
    .describe("Prefix of every container, volume and network; must differ between the stacks of one engine."),
  host: z.string().default("localhost").describe("The host name that clients use."),
  addresses: z
    .array(z.union([z.ipv4(), z.ipv6()]))
    .min(1)
    .default(() => loopbackAddresses())
    .describe(
      "Addresses of this machine to publish on: the first instance of an exposed service gets the first, and so on.",
    ),
  portOffset: z.int().min(0).max(60000).default(0).describe("Added to every published port, for a second stack."),
});

export type DockerPlatformArgs = z.input<typeof dockerPlatformArgs>;
export type DockerPlatformSettings = z.output<typeof dockerPlatformArgs>;
