import type { EngineEvent } from "@pulumi/pulumi/automation/events.js";
import { hasPending } from "./diagnostics.ts";
import { engineEventReader } from "./engine-events.ts";
import type { Changes } from "./events.ts";
import { describeLock, isAbandoned, parseLocks, releaseLock, thisHost } from "./locks.ts";
import { PulumiFailure } from "./pulumi-process.ts";
import type { Session } from "./session.ts";
import { isMissingStack, type OpenStack } from "./stack.ts";

/** An operation failed after its errors were shown: the last word to a person need not repeat them. */
export class ToldFailure extends Error {
  override readonly name = "ToldFailure";
  override readonly cause: unknown;
  readonly errors: readonly string[];

  constructor(cause: unknown, errors: readonly string[]) {
    super("failed");
    this.cause = cause;
    this.errors = errors;
  }
}

interface Done<Result> {
  readonly result: Result;
  readonly changes: Changes;
  /** Whether a killed run had left operations open. */
  readonly pending: boolean;
}

/**
 * Runs an operation of the Automation API and shows its events. Two things in its way are cleared, after which it runs
 * again: a stack that does not exist yet, where `createMissing` says so, and locks of runs that are certainly over.
 */
export async function runOperation<Result>(
  session: Session,
  open: OpenStack,
  createMissing: boolean,
  operation: (onEvent: (event: EngineEvent) => void) => Promise<Result>,
): Promise<Done<Result>> {
  let changes: Changes = {};
  let errors: string[] = [];
  let pending = false;
  const read = engineEventReader(session.clock);
  const onEvent = (event: EngineEvent): void => {
    pending ||= event.diagnosticEvent !== undefined && hasPending(event.diagnosticEvent.message);
    for (const seen of read(event)) {
      // The counts of a run that was interrupted leave out what it did.
      if (seen.type === "summary" && session.interruption.interrupted) continue;
      session.sink.emit(seen);
      if (seen.type === "summary") changes = seen.changes;
      if (seen.type === "diagnostic" && seen.severity === "error") {
        errors.push(seen.name === undefined ? seen.text : `${seen.name}: ${seen.text}`);
      }
    }
  };
  const attempt = async (): Promise<Done<Result>> => {
    try {
      return { result: await operation(onEvent), changes, pending };
    } finally {
      await open.ended();
    }
  };

  if (createMissing && open.surelyMissing) await open.create();
  try {
    return await attempt();
  } catch (error) {
    if (session.interruption.interrupted || !(await clearTheWay(session, open, createMissing, error))) {
      throw errors.length > 0 ? new ToldFailure(error, errors) : error;
    }
  }
  errors = [];
  try {
    return await attempt();
  } catch (error) {
    throw errors.length > 0 ? new ToldFailure(error, errors) : error;
  }
}

async function clearTheWay(
  session: Session,
  open: OpenStack,
  createMissing: boolean,
  error: unknown,
): Promise<boolean> {
  if (createMissing && isMissingStack(error)) {
    await open.create();
    return true;
  }
  if (!(error instanceof PulumiFailure)) return false;
  const locks = parseLocks(error.stderr);
  if (locks.length === 0 || !locks.every((lock) => isAbandoned(lock, thisHost))) return false;
  for (const lock of locks) {
    const step = session.report.step("Releasing the lock of a run that is over");
    await releaseLock(lock);
    step.done(describeLock(lock));
  }
  return true;
}
