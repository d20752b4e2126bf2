import { describeKept, protectedResources } from "./kept.ts";
import { runOperation } from "./operation.ts";
import { removeUnfinished } from "./remove-unfinished.ts";
import type { Outcome, Session } from "./session.ts";
import { type OpenStack, openStack } from "./stack.ts";
import { holdsOnlySalt, readSettings, settingsFile } from "./stack-files.ts";

/** Removes what runs and keeps what holds data, which the program protects; with `--delete-data` removes everything. */
export async function destroy(session: Session): Promise<Outcome> {
  const { invocation, sink } = session;
  const open = await openStack(session.root, invocation.stack, session.interruption);
  if (invocation.deleteData !== undefined) return deleteEverything(session, open);
  const { changes } = await runOperation(session, open, false, async (onEvent) => {
    await removeUnfinished(session, open, false);
    return open.stack.destroy({ onEvent, excludeProtected: true });
  });
  const kept = protectedResources(await open.pulumi("stack", "export"));
  sink.print(`\n${describeKept(kept, invocation)}`);
  return { changes, kept };
}

async function deleteEverything(session: Session, open: OpenStack): Promise<Outcome> {
  const { root, invocation, sink } = session;
  const { changes } = await runOperation(session, open, false, async (onEvent) => {
    await removeUnfinished(session, open, true);
    await open.pulumi("state", "unprotect", "--all", "--yes");
    return open.stack.destroy({ onEvent });
  });
  const preserve = holdsOnlySalt(readSettings(root, invocation.stack)) ? [] : ["--preserve-config"];
  await open.pulumi("stack", "rm", "--yes", "--remove-backups", ...preserve);
  const settings = preserve.length === 0 ? "" : ` Your settings stay: ${settingsFile(root, invocation.stack)}.`;
  sink.print(`\nNothing is left of stack ${invocation.stack}.${settings}`);
  return { changes, kept: {} };
}
