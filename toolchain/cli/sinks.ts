import type { RunEvent } from "./events.ts";
import { InProgress } from "./in-progress.ts";
import { renderJson } from "./render-json.ts";
import { renderLine } from "./render-lines.ts";

/** Where a command's events and closing words go. */
export interface Sink {
  emit(event: RunEvent): void;
  /** Words for people only; a program reads the events. */
  print(text: string): void;
  /** Stops the tick and leaves the terminal clean. */
  close(): void;
}

interface Terminal {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** Lines for people, with a running tick at the bottom where the output is a terminal. */
export function lineSink(clock: () => number, out: Terminal): Sink {
  const progress = new InProgress();
  const live = out.isTTY === true;
  let ticking = false;

  const clear = (): void => {
    if (ticking) out.write("\r\u001b[2K");
    ticking = false;
  };
  const tick = (): void => {
    if (!live) {
      for (const line of progress.reminders(clock())) out.write(`${line}\n`);
      return;
    }
    const text = progress.tick(clock(), (out.columns ?? 80) - 1);
    clear();
    if (text === undefined) return;
    out.write(text);
    ticking = true;
  };
  const timer = setInterval(tick, live ? 200 : 1000);
  timer.unref();

  return {
    emit(event) {
      progress.note(event);
      const line = renderLine(event);
      if (line === undefined) return;
      clear();
      out.write(`${line}\n`);
    },
    print(text) {
      clear();
      out.write(`${text}\n`);
    },
    close() {
      clearInterval(timer);
      clear();
    },
  };
}

/** One JSON object a line, and nothing else. */
export function jsonSink(out: Terminal): Sink {
  return { emit: (event) => void out.write(renderJson(event)), print() {}, close() {} };
}
