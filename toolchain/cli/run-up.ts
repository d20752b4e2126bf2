import { passPolicies } from "./checked-before.ts";
import { outputsForJson, renderEndpoints } from "./endpoints.ts";
import { countChanges } from "./events.ts";
import { noteHalfRemoved } from "./half-removed.ts";
import { runOperation } from "./operation.ts";
import { policyOptions } from "./policies.ts";
import { duration } from "./render-lines.ts";
import type { Outcome, Session } from "./session.ts";
import { openStack, toStackOutputs } from "./stack.ts";

/** Brings the stack up to date and shows its endpoints. */
export async function up(session: Session): Promise<Outcome> {
  const { invocation, sink } = session;
  const open = await openStack(session.root, invocation.stack, session.interruption);
  const policies = await policyOptions(session, invocation.stack);
  await passPolicies(session, open, policies);
  const { result, changes, pending } = await runOperation(session, open, true, async (onEvent) => {
    await noteHalfRemoved(session, open);
    return open.stack.up({ ...policies, onEvent });
  });
  if (pending) await open.forgetPending();
  const outputs = toStackOutputs(result.outputs);
  const word = countChanges(changes) === 0 ? "is up to date" : "is up";
  sink.print(`\nStack ${invocation.stack} ${word}, after ${duration(session.clock())}`);
  sink.print(renderEndpoints(outputs, invocation.showSecrets, invocation));
  return { changes, outputs: outputsForJson(outputs, invocation.showSecrets) };
}
