import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { reported } from "../report.ts";
import { declarationHash } from "./declaration.ts";
import { runOperation } from "./operation.ts";
import type { PolicyOptions } from "./policies.ts";
import type { Session } from "./session.ts";
import type { Sink } from "./sinks.ts";
import type { OpenStack } from "./stack.ts";

/**
 * Previews a stack under its policies before anything of it is changed: in an update the engine judges each resource only when its turn comes, and the
 * stack as a whole at the end. A declaration that has passed once is not previewed again; the update judges it in any case.
 */
export async function passPolicies(session: Session, open: OpenStack, policies: PolicyOptions): Promise<void> {
  if (hasPassed(session)) return;
  const errorsOnly = { ...session, sink: onlyErrors(session.sink) };
  await reported(session.report, "Preview", async () => {
    await runOperation(errorsOnly, open, true, (onEvent) => open.stack.preview({ ...policies, onEvent }));
    return [undefined, "passes the policies"];
  });
  noteThatPassed(session);
}

/** Notes that a preview of the declaration as it is has met no mandatory violation. */
export function noteThatPassed(session: Session): void {
  const { folder, file } = noteOf(session);
  mkdirSync(folder, { recursive: true });
  writeFileSync(file, currentHash(session));
}

function hasPassed(session: Session): boolean {
  try {
    return readFileSync(noteOf(session).file, "utf8") === currentHash(session);
  } catch {
    // No note, or one that cannot be read: it is not known.
    return false;
  }
}

function noteOf({ clone, invocation: { example, stack } }: Session) {
  const folder = join(clone, "node_modules/.cache/pulumi-postgres-ha/passed");
  // No name of a stack has a colon.
  const name = example === undefined ? stack : `${example}:${stack}`;
  return { folder, file: join(folder, encodeURIComponent(name)) };
}

const currentHash = (session: Session) => declarationHash(session, session.invocation.stack, process.env);

/** The rest is what the update says. */
function onlyErrors(sink: Sink): Sink {
  return {
    ...sink,
    emit: (event) => (event.type === "diagnostic" && event.severity === "error" ? sink.emit(event) : undefined),
  };
}
