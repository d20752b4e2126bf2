import { outputsForJson, renderEndpoints } from "./endpoints.ts";
import type { Outcome, Session } from "./session.ts";
import { openStack } from "./stack.ts";
import { typed } from "./typed.ts";

/** Shows the endpoints of the last `up`; asks neither the engine nor the program. */
export async function outputs(session: Session): Promise<Outcome> {
  const { invocation, sink } = session;
  const found = await (await openStack(session.root, invocation.stack, session.interruption)).outputs();
  const table = renderEndpoints(found, invocation.showSecrets, invocation);
  sink.print(table || `Stack ${invocation.stack} has no outputs yet: ${typed("up", invocation)}`);
  return { changes: {}, outputs: outputsForJson(found, invocation.showSecrets) };
}
