import { setTimeout as sleep } from "node:timers/promises";

/** How long a server that starts or fails over is waited for where nothing else is said, in milliseconds. */
export const patience = 10_000;

const pause = 250;

/**
 * Runs the work again while it fails with what goes away by itself, for as long as the patience lasts. An attempt that has
 * begun is waited for. Throws the last error as it came, at once when the signal is aborted.
 */
export async function withPatience<Result>(
  work: () => Promise<Result>,
  passes: (error: unknown) => boolean,
  milliseconds = patience,
  signal?: AbortSignal,
): Promise<Result> {
  const deadline = Date.now() + milliseconds;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!passes(error) || signal?.aborted || Date.now() + pause > deadline) throw error;
      await sleep(pause, undefined, signal === undefined ? {} : { signal }).catch(() => {
        throw error;
      });
    }
  }
}
