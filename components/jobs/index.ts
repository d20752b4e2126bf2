export { ScheduledJob, type ScheduledJobArgs } from "./scheduled-job.ts";
