import { stripVTControlCharacters } from "node:util";
import type { DiagnosticEvent as EngineDiagnostic } from "@pulumi/pulumi/automation/events.js";
import { nameOf } from "./resource-names.ts";

export interface Diagnostic {
  readonly severity: "info" | "warning" | "error";
  readonly text: string;
  readonly name?: string;
  readonly urn?: string;
}

/** Said by Pulumi about things that are meant to be so, or that the result says anyway. */
const noise: readonly RegExp[] = [
  /^using pulumi-(language|resource|analyzer)-\S+ from \$PATH/,
  /^(update|preview|refresh|destroy) (failed|canceled)$/,
  /^failed to run remediation: context canceled$/,
];

/** What a diagnostic of the engine says to a person, or `undefined` where it is noise, progress or debugging output. */
export function cleanDiagnostic(diagnostic: EngineDiagnostic): Diagnostic | undefined {
  const severity = severityOf(diagnostic.severity);
  if (severity === undefined || diagnostic.ephemeral) return undefined;
  const text = cleanProgramError(cleanPending(withoutColors(diagnostic.message).trim()));
  if (text === "" || noise.some((pattern) => pattern.test(text))) return undefined;
  return { severity, text, ...(diagnostic.urn && { urn: diagnostic.urn, name: nameOf(diagnostic.urn) }) };
}

/** Without a terminal's colors and without Pulumi's own marks for them, e.g. `<{%reset%}>`. */
function withoutColors(text: string): string {
  return stripVTControlCharacters(text).replace(/<\{%.*?%\}>/g, "");
}

function severityOf(severity: string): Diagnostic["severity"] | undefined {
  if (severity === "warning" || severity === "error") return severity;
  return severity === "info" || severity === "info#err" ? "info" : undefined;
}

/**
 * Pulumi's warning about operations that a killed run left open, without its advice for people who are on their own:
 * `up` does them again, and then clears them from the state.
 */
function cleanPending(text: string): string {
  if (!hasPending(text)) return text;
  const operations = [...text.matchAll(/^\s*\* (urn:\S+), interrupted while (\w+)/gm)].map(
    ([, urn = "", doing]) => `${nameOf(urn)} (${doing})`,
  );
  return `an earlier run was interrupted in the middle of ${[...new Set(operations)].join(", ")}`;
}

/** Whether Pulumi warns of operations that a killed run left open. */
export function hasPending(text: string): boolean {
  return /^Attempting to deploy or update resources with \d+ pending operations/.test(withoutColors(text));
}

/** Errors of JavaScript itself: a defect in the program, whose stack is what whoever repairs it needs. */
const defects = /^(TypeError|ReferenceError|RangeError|SyntaxError|AssertionError|TransformError)\b/;

/**
 * An error thrown by the program as its author wrote it: without Pulumi's "failed with an unhandled exception", the
 * class name and the stack. A defect of the program keeps its stack.
 */
export function cleanProgramError(text: string): string {
  const thrown = /^Running program '.*' failed with an unhandled exception:\s*/.exec(text);
  if (thrown === null) return text;
  const error = text.slice(thrown[0].length).replace(/^<ref \*\d+> /, "");
  if (defects.test(error)) return error;
  const stack = error.search(/\n {4}at /);
  return (stack < 0 ? error : error.slice(0, stack)).replace(/^(Uncaught )?\w*Error( \[\w+\])?: /, "").trim();
}
