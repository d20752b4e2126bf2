import type { RunEvent } from "./events.ts";

/** One event, one line. */
export function renderJson(event: RunEvent): string {
  return `${JSON.stringify(event)}\n`;
}
