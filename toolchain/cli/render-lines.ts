import {
  type Changes,
  countChanges,
  type Operation,
  type ResourceEvent,
  type RunEvent,
  type StepEvent,
} from "./events.ts";
import { shortType } from "./resource-names.ts";

const symbols: Readonly<Record<Operation, string>> = {
  create: "+",
  update: "~",
  replace: "±",
  delete: "-",
  read: ">",
  refresh: "~",
  import: "=",
};

const past: Readonly<Record<Operation, string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  read: "read",
  refresh: "refreshed",
  import: "imported",
};

/** What a person reads for an event, without the line's end; `undefined` where there is nothing to say. */
export function renderLine(event: RunEvent): string | undefined {
  switch (event.type) {
    case "step":
      return renderStep(event);
    case "resource":
      return renderResource(event);
    case "diagnostic": {
      const about = event.name === undefined ? "" : `${event.name}: `;
      const severity = event.severity === "info" ? "" : `${event.severity}: `;
      return at(event.elapsedMs, indentRest(`${severity}${about}${event.text}`));
    }
    case "summary":
      return at(event.elapsedMs, describeChanges(event.changes, event.planned));
    case "result":
      return undefined;
  }
}

function renderStep(event: StepEvent): string | undefined {
  const text = event.text === undefined ? "" : `: ${event.text}`;
  switch (event.state) {
    case "start":
      return undefined;
    case "line":
      return at(event.elapsedMs, indentRest(`${event.step}${text}`));
    case "done":
      return at(event.elapsedMs, indentRest(`${event.step}${text}${took(event.durationMs)}`));
    case "failed":
      // The error that ended the step is told in full at the end.
      return at(event.elapsedMs, `${event.step}: failed${took(event.durationMs)}`);
  }
}

function renderResource(event: ResourceEvent): string | undefined {
  const subject = `${shortType(event.resourceType)} ${event.name}`;
  const changed = event.changed === undefined ? "" : ` [${event.changed.join(", ")}]`;
  if (event.state === "start" || event.component) return undefined;
  if (event.state === "failed") {
    return at(event.elapsedMs, `! ${subject} not ${past[event.op]}${took(event.durationMs)}`);
  }
  if (event.op === "refresh") {
    if (event.drift === "none") return undefined;
    const found = event.drift === "gone" ? "is gone" : `changed outside of Pulumi${changed}`;
    return at(event.elapsedMs, `${event.drift === "gone" ? "-" : "~"} ${subject} ${found}`);
  }
  const line = `${symbols[event.op]} ${subject}`;
  if (event.planned) return at(event.elapsedMs, `${line} would be ${past[event.op]}${changed}`);
  const replaced = event.replaced ? ", as it is replaced" : "";
  return at(event.elapsedMs, `${line} ${past[event.op]}${replaced}${changed}${took(event.durationMs)}`);
}

/** `12 to create, 1 to delete, 40 unchanged`, or that nothing changes. */
export function describeChanges(changes: Changes, planned: boolean): string {
  const words = planned
    ? { create: "to create", update: "to update", replace: "to replace", delete: "to delete", same: "unchanged" }
    : { create: "created", update: "updated", replace: "replaced", delete: "deleted", same: "unchanged" };
  const parts = Object.entries(changes)
    .filter(([, count]) => count > 0)
    .map(([op, count]) => `${count} ${(words as Record<string, string>)[op] ?? op}`);
  if (countChanges(changes) === 0) return `no changes${parts.length > 0 ? `, ${parts.join(", ")}` : ""}`;
  return parts.join(", ");
}

/** Milliseconds for people: `0.4s`, `12.3s`, `3m02s`. */
export function duration(ms: number): string {
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)}s`;
  const seconds = Math.round(ms / 1000);
  return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, "0")}s`;
}

/** A line with the elapsed time in front, where the eye finds it. */
export function at(elapsedMs: number, text: string): string {
  return `${duration(elapsedMs).padStart(7)}  ${text}`;
}

const took = (ms: number | undefined): string => (ms === undefined || ms < 50 ? "" : ` (${duration(ms)})`);

const indentRest = (text: string): string => text.split("\n").join(`\n${" ".repeat(9)}`);
