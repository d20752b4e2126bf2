export { shortestRecovery, timingsFor } from "./from-goal.ts";
export { type Fault, faults, type RecoveryTimes, recoveryTimes, worstOf } from "./recovery-times.ts";
export { defaultTimings, floors, type Timings } from "./timings.ts";
