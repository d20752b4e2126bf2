import type { Need, Prepared } from "../obtain/prepare.ts";
import type { Reporter } from "../report.ts";
import type { Invocation } from "./arguments.ts";
import type { ResultEvent } from "./events.ts";
import type { Interruption } from "./interruption.ts";
import type { Sink } from "./sinks.ts";

/** What every command has at hand. */
export interface Session {
  /** The folder with the library, its policies and its tools. */
  readonly clone: string;
  /** The folder with Pulumi.yaml: the clone itself, or an example's. */
  readonly root: string;
  readonly invocation: Invocation;
  readonly sink: Sink;
  /** Milliseconds since the command started. */
  readonly clock: () => number;
  readonly report: Reporter;
  readonly interruption: Interruption;
  /** Obtains what is needed and returns the environment for it. */
  prepare(need: Need): Promise<Prepared>;
}

/** What a command found out, for the last event. */
export type Outcome = Pick<ResultEvent, "changes" | "outputs" | "kept"> & { readonly ok?: boolean };
