import { z } from "zod";

/** The machines that are made on EC2. */
export const awsArgs = z.strictObject({
  region: z.string().default("eu-central-1").describe("The AWS region."),
});
