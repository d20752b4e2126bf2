import type { Need } from "../obtain/prepare.ts";

const elsewhere = ["kubernetes", "vms", "aws"];

/**
 * Whether a stack runs on this machine's own Docker engine. Its program decides that with all its settings (`stacks/schema.ts`); this looks at the one line
 * that matters, before the program can run.
 */
export function isLocal(stack: string, settings: string): boolean {
  const [, said] = /^\s*["']?pulumi-postgres-ha:environment["']?:\s*["']?([\w-]+)/m.exec(settings) ?? [];
  return !elsewhere.includes(said ?? stack.split("/").at(-1) ?? "");
}

/** A stack that runs elsewhere needs no engine here, and images are made where they are used. */
export function needOf(need: Need, local: boolean): Need {
  return local ? need : { ...need, engine: false, images: false };
}
