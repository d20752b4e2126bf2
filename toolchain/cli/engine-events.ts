import type { EngineEvent, StepEventMetadata, SummaryEvent } from "@pulumi/pulumi/automation/events.js";
import { cleanDiagnostic } from "./diagnostics.ts";
import type { Operation, RunEvent } from "./events.ts";
import { nameOf } from "./resource-names.ts";

/**
 * Pulumi's operations that a person wants to see, in their words. Left out: `same`, and the logical `replace`, which
 * repeats what `create-replacement` and `delete-replaced` do.
 */
const operations: Readonly<Record<string, Operation>> = {
  create: "create",
  "create-replacement": "replace",
  update: "update",
  delete: "delete",
  "delete-replaced": "delete",
  read: "read",
  "read-replacement": "read",
  refresh: "refresh",
  import: "import",
  "import-replacement": "import",
};

/** Bookkeeping of Pulumi, no resource of the user's. */
const isInternal = (type: string): boolean => type === "pulumi:pulumi:Stack" || type.startsWith("pulumi:providers:");

/** As the engine sends it; the SDK's type lags behind. */
type Summary = SummaryEvent & { readonly isPreview?: boolean; readonly result?: string };

interface Running {
  readonly op: Operation;
  readonly since: number;
}

/**
 * Turns the engine's events into ours. Holds what is needed to say how long each operation took, and which diagnostics
 * were told already; has no other effect. `clock` gives milliseconds since the start of the command.
 *
 * The engine's `debug` diagnostics carry secrets in clear and are always dropped, as are all values of properties.
 */
export function engineEventReader(clock: () => number): (event: EngineEvent) => RunEvent[] {
  const running = new Map<string, Running>();
  const told = new Set<string>();

  const started = (metadata: StepEventMetadata, planned: boolean): RunEvent[] => {
    const op = operations[metadata.op];
    if (op === undefined || isInternal(metadata.type)) return [];
    // The plan says "replace" already; a "delete" beside it would only alarm.
    if (planned && metadata.op === "delete-replaced") return [];
    const elapsedMs = clock();
    running.set(metadata.urn, { op, since: elapsedMs });
    return [{ type: "resource", op, state: "start", ...identity(metadata), planned, elapsedMs }];
  };

  const ended = (metadata: StepEventMetadata, state: "done" | "failed", planned: boolean): RunEvent[] => {
    const start = running.get(metadata.urn);
    if (start === undefined) return [];
    running.delete(metadata.urn);
    const elapsedMs = clock();
    const changed = changedProperties(metadata);
    return [
      {
        type: "resource",
        op: start.op,
        state,
        ...identity(metadata),
        planned,
        elapsedMs,
        durationMs: elapsedMs - start.since,
        ...(changed.length > 0 && { changed }),
        ...(metadata.op === "delete-replaced" && { replaced: true as const }),
        ...(start.op === "refresh" && state === "done" && { drift: driftOf(metadata.op) }),
      },
    ];
  };

  return (event) => {
    if (event.resourcePreEvent) {
      return started(event.resourcePreEvent.metadata, event.resourcePreEvent.planning ?? false);
    }
    if (event.resOutputsEvent) {
      return ended(event.resOutputsEvent.metadata, "done", event.resOutputsEvent.planning ?? false);
    }
    if (event.resOpFailedEvent) return ended(event.resOpFailedEvent.metadata, "failed", false);
    if (event.diagnosticEvent) {
      const diagnostic = cleanDiagnostic(event.diagnosticEvent);
      if (diagnostic === undefined) return [];
      const key = `${diagnostic.severity}\n${diagnostic.urn ?? ""}\n${diagnostic.text}`;
      if (told.has(key)) return [];
      told.add(key);
      return [{ type: "diagnostic", ...diagnostic, elapsedMs: clock() }];
    }
    if (event.policyEvent) {
      const { enforcementLevel, policyPackName, policyName, message, resourceUrn } = event.policyEvent;
      const severity = enforcementLevel === "mandatory" ? "error" : "warning";
      const text = `policy ${policyPackName}/${policyName}: ${onOneLine(message)}`;
      const about = resourceUrn ? { urn: resourceUrn, name: nameOf(resourceUrn) } : {};
      return [{ type: "diagnostic", severity, text, ...about, elapsedMs: clock() }];
    }
    if (event.summaryEvent) {
      const { resourceChanges, isPreview: planned = false, result } = event.summaryEvent as Summary;
      // What would have been planned up to an error says nothing.
      if (planned && result === "failed") return [];
      return [{ type: "summary", planned, changes: { ...resourceChanges }, elapsedMs: clock() }];
    }
    return [];
  };
}

/** A policy's message is its description on a line of its own, then what was reported. */
function onOneLine(message: string): string {
  return message
    .trim()
    .replace(/\.?\s*\n\s*/, ": ")
    .replace(/\s*\n\s*/g, " ");
}

function identity(metadata: StepEventMetadata) {
  const isComponent = !(metadata.new ?? metadata.old)?.custom;
  return {
    name: nameOf(metadata.urn),
    resourceType: metadata.type,
    urn: metadata.urn,
    ...(isComponent && { component: true as const }),
  };
}

function changedProperties(metadata: StepEventMetadata): string[] {
  return Object.keys(metadata.detailedDiff ?? {}).concat(metadata.detailedDiff ? [] : (metadata.diffs ?? []));
}

/** A refresh ends with the operation that brings the state to what was found. */
function driftOf(op: string): "none" | "changed" | "gone" {
  if (op === "delete") return "gone";
  return op === "update" ? "changed" : "none";
}
