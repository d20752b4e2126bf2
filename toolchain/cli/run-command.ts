import type { CommandName } from "./commands.ts";
import { CliError } from "./errors.ts";
import type { ResultEvent } from "./events.ts";
import { explainFailure } from "./failures.ts";
import { ToldFailure } from "./operation.ts";
import { destroy } from "./run-destroy.ts";
import { engine } from "./run-engine.ts";
import { env } from "./run-env.ts";
import { outputs } from "./run-outputs.ts";
import { preview } from "./run-preview.ts";
import { refresh } from "./run-refresh.ts";
import { test } from "./run-test.ts";
import { up } from "./run-up.ts";
import type { Outcome, Session } from "./session.ts";

const runs: Readonly<Record<CommandName, (session: Session) => Promise<Outcome>>> = {
  up,
  preview,
  outputs,
  refresh,
  destroy,
  env,
  engine,
  test,
};

export const interruptedText = "interrupted: run the same command again to continue";

/** Runs a command to its result, whatever happens, and returns the exit code. */
export async function runCommand(session: Session): Promise<number> {
  const { invocation, sink, clock, interruption } = session;
  const { command, stack } = invocation;
  const finish = (result: Pick<ResultEvent, "ok" | "changes" | "outputs" | "kept" | "error">): void => {
    sink.emit({ type: "result", command, stack, durationMs: clock(), ...result });
    sink.close();
  };
  try {
    const { ok = true, ...found } = await runs[command](session);
    if (interruption.interrupted) return interruptedResult();
    finish({ ok, ...found });
    return ok ? 0 : 1;
  } catch (error) {
    if (interruption.interrupted) return interruptedResult();
    const told = error instanceof ToldFailure;
    const text = explainFailure(told ? error.cause : error, { command, stack, told, environment: process.env });
    finish({ ok: false, changes: {}, error: text });
    if (!invocation.json) process.stderr.write(`\n${text}\n`);
    return error instanceof CliError ? error.exitCode : 1;
  }

  function interruptedResult(): number {
    finish({ ok: false, changes: {}, error: interruptedText });
    if (!invocation.json) process.stderr.write(`\n${interruptedText}\n`);
    return 130;
  }
}
