import { noteThatPassed } from "./checked-before.ts";
import { runOperation } from "./operation.ts";
import { policyOptions } from "./policies.ts";
import type { Outcome, Session } from "./session.ts";
import type { Sink } from "./sinks.ts";
import { openStack } from "./stack.ts";

/** Shows what `up` would change. With `--diff` in Pulumi's own words, which know how to show a value. */
export async function preview(session: Session): Promise<Outcome> {
  const { invocation, sink } = session;
  const open = await openStack(session.root, invocation.stack, session.interruption);
  const policies = await policyOptions(session, invocation.stack);
  const told = invocation.diff && !invocation.json ? { ...session, sink: withoutResources(sink) } : session;
  const { result, changes } = await runOperation(told, open, true, (onEvent) =>
    open.stack.preview({
      ...policies,
      onEvent,
      diff: invocation.diff,
      color: process.stdout.isTTY ? "always" : "never",
    }),
  );
  noteThatPassed(session);
  if (invocation.diff) sink.print(`\n${result.stdout.trim()}`);
  return { changes };
}

/** Pulumi's diff says the same of each resource, and more. */
function withoutResources(sink: Sink): Sink {
  const repeated = new Set(["resource", "summary"]);
  return { ...sink, emit: (event) => (repeated.has(event.type) ? undefined : sink.emit(event)) };
}
