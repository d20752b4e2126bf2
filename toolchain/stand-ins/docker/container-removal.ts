import type { ContainerInputs } from "./container-inputs.ts";
import { type Engine, EngineError } from "./engine.ts";
import type { Inspected } from "./inspected.ts";
import { sleep } from "./sleep.ts";

const leaveMilliseconds = 30_000;
const pollMilliseconds = 50;

type Removed = Pick<ContainerInputs, "destroyGraceSeconds" | "removeVolumes">;

/**
 * Stops the container, with the time that it was given, and removes it with its nameless volumes; those with a name stay.
 * One that is gone, or that leaves by itself, is fine.
 */
export async function removeContainer(
  engine: Engine,
  id: string,
  inputs: Removed,
  signal: AbortSignal | undefined,
): Promise<void> {
  // Without a number the engine takes the container's own stopTimeout, or else 10 seconds.
  const grace = inputs.destroyGraceSeconds || undefined;
  await unlessGone(() => engine.json("POST", `/containers/${id}/stop`, { query: { t: grace } }));
  await unlessGone(() =>
    engine.json("DELETE", `/containers/${id}`, { query: { force: true, v: inputs.removeVolumes !== false } }),
  );
  const deadline = Date.now() + leaveMilliseconds;
  while ((await engine.find<Inspected>(`/containers/${id}/json`)) !== undefined) {
    if (Date.now() > deadline) {
      throw new Error(
        `the container ${id.slice(0, 12)} is still there ${leaveMilliseconds / 1000} s after its removal`,
      );
    }
    await sleep(pollMilliseconds, signal);
  }
}

async function unlessGone(call: () => Promise<void>): Promise<void> {
  try {
    await call();
  } catch (error) {
    const gone = error instanceof EngineError && error.status === 404;
    const leaving = error instanceof EngineError && /is already in progress/.test(error.message);
    if (!gone && !leaving) throw error;
  }
}
