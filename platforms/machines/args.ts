import { z } from "zod";

/** Machines with Docker, reached over SSH. */
export const machinesPlatformArgs = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "a name of lower-case letters, digits and hyphens, at most 40")
    .describe("Prefix of every container and volume."),
});

export type MachinesPlatformArgs = z.input<typeof machinesPlatformArgs>;
export type MachinesPlatformSettings = z.output<typeof machinesPlatformArgs>;
