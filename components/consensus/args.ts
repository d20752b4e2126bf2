import { z } from "zod";
import { memory } from "../schemas.ts";

const odd = z
  .int()
  .min(1)
  .max(7)
  .refine((count) => count % 2 === 1, {
    error: ({ input }) =>
      `an even number of consensus members, ${input}, survives no more failures than ${Number(input) - 1}; use 1, 3, 5 or 7`,
  });

/** Where Patroni keeps who leads. */
export const consensusArgs = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("etcd").describe("An etcd v3 cluster of its own. The default."),
    members: odd.default(3).describe("Odd; 3 survive the loss of one, 5 of two."),
    memory: memory(64).prefault("256MiB").describe('The memory limit of each etcd, e.g. "512MiB".'),
  }),
  z.strictObject({
    kind: z
      .literal("raft")
      .describe("Inside the Patroni members themselves. Deprecated by Patroni since 3.0: for systems that run on it."),
    port: z.int().min(1).max(65535).default(2222).describe("The port on which the members reach each other."),
  }),
  z.strictObject({
    kind: z
      .literal("kubernetes")
      .describe(
        "The API of the Kubernetes cluster that the members run in, which is the default there. Nothing else runs.",
      ),
  }),
]);

export type ConsensusArgs = z.input<typeof consensusArgs>;
export type ConsensusSettings = z.output<typeof consensusArgs>;
