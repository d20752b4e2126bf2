import { z } from "zod";
import { cronSchedule, identifier } from "../schemas.ts";

/** What a user may say about a scheduled job, the database apart. */
export const scheduledJobArgs = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(200)
    .optional()
    .describe("The name of the job, one of its kind in its database. Default: that of the resource."),
  schedule: cronSchedule.describe(
    "When it runs, in UTC; a run that takes longer than the time to the next one leaves that out.",
  ),
  command: z
    .string()
    .regex(/\S/, "a statement, e.g. SELECT cleanup_consumer_inbox(90)")
    .describe("A statement, or several in one transaction."),
  role: identifier.optional().describe("Whom it runs as, a role that can log in. Default: the database's owner."),
});
