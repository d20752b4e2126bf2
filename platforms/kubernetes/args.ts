import { z } from "zod";

/** Where in a Kubernetes cluster a stack lives. */
export const kubernetesPlatformArgs = z.strictObject({
  namespace: z
    .string()
    .regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "a DNS label: lower-case letters, digits and hyphens, at most 63")
    .describe("The namespace that is made for the stack."),
});

export type KubernetesPlatformArgs = z.input<typeof kubernetesPlatformArgs>;
export type KubernetesPlatformSettings = z.output<typeof kubernetesPlatformArgs>;
