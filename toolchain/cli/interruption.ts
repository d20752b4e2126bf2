/**
 * Ctrl-C arrives more than once: the terminal sends it to every process, and npm passes its own on. Signals this close
 * together are one.
 */
const sameKeystrokeMs = 500;

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** What to do at the first and at the second interrupt. */
export interface Interruptible {
  cancel(): void;
  force(): void;
}

/** The process's interrupts. While something interruptible runs they go to it, else the process ends at once. */
export class Interruption {
  readonly #running = new Set<Interruptible>();
  #firstAt: number | undefined;
  readonly #endNow: () => void;
  readonly #notice: (text: string) => void;

  constructor(endNow: () => void, notice: (text: string) => void) {
    this.#endNow = endNow;
    this.#notice = notice;
    for (const signal of signals) process.on(signal, () => this.signal(Date.now()));
  }

  get interrupted(): boolean {
    return this.#firstAt !== undefined;
  }

  /** Registers what runs; the function that comes back is called when it ended. */
  protect(running: Interruptible): () => void {
    this.#running.add(running);
    return () => void this.#running.delete(running);
  }

  /** An interrupt at this time, in milliseconds. */
  signal(now: number): void {
    const first = this.#firstAt === undefined;
    if (!first && now - (this.#firstAt ?? 0) < sameKeystrokeMs) return;
    this.#firstAt ??= now;
    if (this.#running.size === 0) {
      this.#endNow();
    } else if (first) {
      this.#notice("interrupted: waiting for what is in progress to end cleanly; once more to force");
      for (const running of this.#running) running.cancel();
    } else {
      this.#notice("interrupted again: ending at once");
      for (const running of this.#running) running.force();
    }
  }
}
