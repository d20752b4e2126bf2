import type { RunEvent } from "./events.ts";
import { duration } from "./render-lines.ts";
import { shortType } from "./resource-names.ts";

interface Entry {
  readonly label: string;
  readonly since: number;
  toldAt: number;
}

/** Without a terminal, a step that goes on is mentioned again after this long. */
const reminderMs = 15_000;

/** What has started and not ended. Knows nothing of terminals: the caller asks for the text and shows it. */
export class InProgress {
  readonly #entries = new Map<string, Entry>();

  note(event: RunEvent): void {
    if (event.type !== "step" && event.type !== "resource") return;
    if (event.type === "resource" && event.component) return;
    const [key, label] =
      event.type === "step"
        ? [`step ${event.step}`, event.step]
        : [event.urn, `${shortType(event.resourceType)} ${event.name}`];
    if (event.state === "start") {
      this.#entries.set(key, { label, since: event.elapsedMs, toldAt: event.elapsedMs });
    } else if (event.state !== "line") {
      this.#entries.delete(key);
    }
  }

  /** One line for a terminal, at most `columns` wide: what is in progress, the longest first. */
  tick(now: number, columns: number): string | undefined {
    const entries = [...this.#entries.values()].sort((a, b) => a.since - b.since);
    if (entries.length === 0) return undefined;
    const labels = entries.map((entry) => `${entry.label} ${duration(now - entry.since)}`);
    const text = `${duration(now).padStart(7)}  … ${labels.join(", ")}`;
    return text.length <= columns ? text : `${text.slice(0, Math.max(columns - 1, 0))}…`;
  }

  /** Lines for logs: what has gone on without a word for a while. */
  reminders(now: number): string[] {
    const due = [...this.#entries.values()].filter((entry) => now - entry.toldAt >= reminderMs);
    for (const entry of due) entry.toldAt = now;
    return due.map((entry) => `${duration(now).padStart(7)}  … ${entry.label}, for ${duration(now - entry.since)} now`);
  }
}
