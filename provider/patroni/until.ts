import { sleep } from "../../toolchain/stand-ins/docker/sleep.ts";
import { SettingRefused } from "./taken.ts";

const pollMilliseconds = 500;

/**
 * Asks again and again until there is an answer, or fails when the time is up. An error of the question counts as no answer
 * yet, because a server that restarts does not answer; only what a server refuses is final.
 *
 * @throws with what was waited for and the last reason for going on waiting.
 */
export async function untilThere<Answer>(
  what: string,
  seconds: number,
  signal: AbortSignal | undefined,
  ask: () => Promise<{ readonly answer: Answer } | { readonly why: string }>,
): Promise<Answer> {
  const deadline = Date.now() + seconds * 1000;
  for (;;) {
    const found = await ask().catch((error: Error) => {
      if (error instanceof SettingRefused) throw error;
      return { why: error.message };
    });
    if ("answer" in found) return found.answer;
    if (Date.now() > deadline) throw new Error(`${what}: not after ${seconds} s: ${found.why}`);
    await sleep(pollMilliseconds, signal);
  }
}
