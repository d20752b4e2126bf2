/**
 * What a command tells while it runs: one of these is one line of `--json`. The shapes are a contract: fields are added,
 * never renamed or removed. `elapsedMs` counts from the start of the command.
 */
export type RunEvent = StepEvent | ResourceEvent | DiagnosticEvent | SummaryEvent | ResultEvent;

/** Something done before or after Pulumi's own run: an engine started, an image obtained, a lock released. */
export interface StepEvent {
  readonly type: "step";
  readonly step: string;
  /** `line`: news from a step that goes on. */
  readonly state: "start" | "line" | "done" | "failed";
  readonly text?: string;
  readonly elapsedMs: number;
  /** Only with `done` and `failed`. */
  readonly durationMs?: number;
}

export type Operation = "create" | "update" | "replace" | "delete" | "read" | "refresh" | "import";

/** A change to one resource. Resources that stay as they are have no events; they are counted in the summary. */
export interface ResourceEvent {
  readonly type: "resource";
  readonly op: Operation;
  readonly state: "start" | "done" | "failed";
  /** The logical name in the program. */
  readonly name: string;
  /** Pulumi's type token, e.g. `docker:index/container:Container`. */
  readonly resourceType: string;
  readonly urn: string;
  /** A group of resources in the program, which runs nothing itself. */
  readonly component?: true;
  /** In a preview nothing happens: the operation is what an `up` would do. */
  readonly planned: boolean;
  readonly elapsedMs: number;
  /** Only with `done` and `failed`. */
  readonly durationMs?: number;
  /** The properties that changed, where the provider says so; never their values. */
  readonly changed?: readonly string[];
  /** With `delete`: its replacement is there already. */
  readonly replaced?: true;
  /** Only with `refresh` and `done`: what the world says about the resource. */
  readonly drift?: "none" | "changed" | "gone";
}

export interface DiagnosticEvent {
  readonly type: "diagnostic";
  readonly severity: "info" | "warning" | "error";
  readonly text: string;
  /** The resource that it is about, if it is about one. */
  readonly name?: string;
  readonly urn?: string;
  readonly elapsedMs: number;
}

/** Counts by operation, as Pulumi counts them: the stack itself and components included. `same` is unchanged. */
export type Changes = Readonly<Record<string, number>>;

export interface SummaryEvent {
  readonly type: "summary";
  readonly planned: boolean;
  readonly changes: Changes;
  readonly elapsedMs: number;
}

/** Always the last event. */
export interface ResultEvent {
  readonly type: "result";
  readonly ok: boolean;
  readonly command: string;
  readonly stack?: string;
  readonly changes: Changes;
  readonly durationMs: number;
  /** Secret values are `"[secret]"` unless `--show-secrets` was given. Only where the command reads outputs. */
  readonly outputs?: Readonly<Record<string, unknown>>;
  /** Names of resources that `destroy` kept because they hold data, by type token. */
  readonly kept?: Readonly<Record<string, readonly string[]>>;
  /** Why `ok` is false, and the way out. */
  readonly error?: string;
}

/** How many resources a run changed or would change. */
export function countChanges(changes: Changes): number {
  return Object.entries(changes).reduce((sum, [op, count]) => (op === "same" ? sum : sum + count), 0);
}
