import type { Resource } from "./graph/resource.ts";

interface Described {
  /** What a policy's configuration names it by. */
  readonly name: string;
  /** What must hold, in one sentence. */
  readonly description: string;
  /** Unless configured otherwise: `mandatory` for what loses or exposes data. */
  readonly enforcement: "mandatory" | "advisory";
}

/** A rule that sees one resource. A message says what is wrong, the value, what is allowed and the way out. */
export interface ResourceRule extends Described {
  readonly problems: (resource: Resource) => readonly string[];
}

/** A rule that needs the whole stack. */
export interface StackRule extends Described {
  readonly stackProblems: (resources: readonly Resource[]) => readonly StackProblem[];
}

export interface StackProblem {
  readonly message: string;
  /** The resource that it is about, where there is one. */
  readonly urn?: string;
}

export type Rule = ResourceRule | StackRule;
