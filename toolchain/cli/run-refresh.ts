import { runOperation } from "./operation.ts";
import type { Outcome, Session } from "./session.ts";
import { openStack } from "./stack.ts";

/** Brings the state in line with what really runs. Changes nothing that runs. */
export async function refresh(session: Session): Promise<Outcome> {
  const open = await openStack(session.root, session.invocation.stack, session.interruption);
  const { changes } = await runOperation(session, open, false, (onEvent) => open.stack.refresh({ onEvent }));
  return { changes };
}
