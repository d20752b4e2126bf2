import { setTimeout as sleep } from "node:timers/promises";
import { UserError } from "../user-error.ts";

export interface Patience {
  /** What is waited for, as in "the primary at localhost:5432". */
  readonly what: string;
  /** Seconds. */
  readonly atMost: number;
  /** What a person can look at when it never answers. */
  readonly wayOut: string;
}

/** Tries until it succeeds; then the last failure says why it never did. */
export async function untilIt(attempt: () => Promise<void>, { what, atMost, wayOut }: Patience): Promise<void> {
  const deadline = Date.now() + atMost * 1000;
  for (;;) {
    try {
      return await attempt();
    } catch (error) {
      if (Date.now() > deadline) {
        const reason = error instanceof Error ? error.message : String(error);
        throw new UserError(`${what} did not answer within ${atMost} s (last: ${reason}). ${wayOut}`);
      }
      await sleep(100);
    }
  }
}
