import { reported } from "../report.ts";
import { nameOf } from "./resource-names.ts";
import type { Session } from "./session.ts";
import type { OpenStack } from "./stack.ts";
import { halfRemovedIn } from "./unfinished.ts";

/**
 * Looks at the Docker objects that a killed run was removing, and notes in the state what has become of them. Without that
 * `up`, which compares with the state alone, takes a container that was stopped for one that runs.
 */
export async function noteHalfRemoved(session: Session, open: OpenStack): Promise<void> {
  if (open.surelyFinished()) return;
  const urns = halfRemovedIn(await open.readState());
  if (urns.length === 0) return;
  await reported(session.report, "Looking at what an interrupted run was removing", async () => {
    await open.pulumi("refresh", "--yes", "--skip-preview", ...urns.flatMap((urn) => ["--target", urn]));
    return [undefined, urns.map(nameOf).join(", ")];
  });
}
