import type { Reporter } from "../report.ts";
import type { Sink } from "./sinks.ts";

/** Shows the steps of `prepare` and of our own as events. */
export function reporterFor(sink: Sink, clock: () => number): Reporter {
  return {
    step(name) {
      const since = clock();
      const emit = (state: "start" | "line" | "done" | "failed", text?: string): void => {
        const elapsedMs = clock();
        const ended = state === "done" || state === "failed";
        sink.emit({
          type: "step",
          step: name,
          state,
          ...(text !== undefined && { text }),
          elapsedMs,
          ...(ended && { durationMs: elapsedMs - since }),
        });
      };
      emit("start");
      return {
        line: (text) => emit("line", text),
        done: (text) => emit("done", text),
        fail: (text) => emit("failed", text),
      };
    },
  };
}
