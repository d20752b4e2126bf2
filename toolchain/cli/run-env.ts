import type { Prepared } from "../obtain/prepare.ts";
import { renderExports } from "./exports.ts";
import type { Outcome, Session } from "./session.ts";
import { isMissingStack, openStack } from "./stack.ts";

/** Prints the environment that `up` runs in, for `eval`, and sees to it that the stack exists for `pulumi up -s`. */
export async function env(session: Session, prepared: Prepared): Promise<Outcome> {
  const open = await openStack(session.root, session.invocation.stack, session.interruption);
  await open.outputs().catch((error: unknown) => {
    if (!isMissingStack(error)) throw error;
    return open.create();
  });
  process.stdout.write(renderExports(prepared.env));
  return { changes: {} };
}
