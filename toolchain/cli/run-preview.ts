import { runOperation } from "./operation.ts";
import type { Outcome, Session } from "./session.ts";
import { openStack } from "./stack.ts";

/** Shows what `up` would change. With `--diff` in Pulumi's own words, which know how to show a value. */
export async function preview(session: Session): Promise<Outcome> {
  const { invocation, sink } = session;
  await session.prepare({ engine: true, pulumi: true, images: false });
  const open = await openStack(session.root, invocation.stack, session.interruption);
  const { result, changes } = await runOperation(session, open, true, (onEvent) =>
    open.stack.preview({ onEvent, diff: invocation.diff, color: process.stdout.isTTY ? "always" : "never" }),
  );
  if (invocation.diff) sink.print(`\n${result.stdout.trim()}`);
  return { changes };
}
