import type { Need, Prepared } from "../obtain/prepare.ts";
import type { RunName } from "./arguments.ts";
import { isLocal, needOf } from "./environment.ts";
import { CliError } from "./errors.ts";
import type { ResultEvent } from "./events.ts";
import { explainFailure } from "./failures.ts";
import { ToldFailure } from "./operation.ts";
import type { Outcome, Session } from "./session.ts";
import { readSettings } from "./stack-files.ts";

interface Run {
  readonly need: Need;
  /** Loaded while what is needed is obtained: Pulumi's SDK takes a third of a second. */
  load(): Promise<(session: Session, prepared: Prepared) => Promise<Outcome>>;
}

const nothing: Need = { engine: false, pulumi: false, images: false };
const everything: Need = { engine: true, pulumi: true, images: true };
const withoutImages: Need = { engine: true, pulumi: true, images: false };

const runs: Readonly<Record<RunName, Run>> = {
  up: { need: everything, load: async () => (await import("./run-up.ts")).up },
  preview: { need: withoutImages, load: async () => (await import("./run-preview.ts")).preview },
  config: { need: nothing, load: async () => (await import("./run-config.ts")).config },
  outputs: { need: { ...nothing, pulumi: true }, load: async () => (await import("./run-outputs.ts")).outputs },
  refresh: { need: withoutImages, load: async () => (await import("./run-refresh.ts")).refresh },
  destroy: { need: withoutImages, load: async () => (await import("./run-destroy.ts")).destroy },
  // What a `pulumi up` of the user's own will need.
  env: { need: everything, load: async () => (await import("./run-env.ts")).env },
  engine: { need: nothing, load: async () => (await import("./run-engine.ts")).engine },
  // The cheap checks come first, and need nothing.
  test: { need: nothing, load: async () => (await import("./run-test.ts")).test },
  bench: { need: everything, load: async () => (await import("./run-bench.ts")).bench },
};

export const interruptedText = "interrupted: run the same command again to continue";

/** Runs a command to its result, whatever happens, and returns the exit code. */
export async function runCommand(session: Session): Promise<number> {
  const { invocation, sink, clock, interruption } = session;
  const { command, stack, example } = invocation;
  const finish = (result: Pick<ResultEvent, "ok" | "changes" | "outputs" | "kept" | "error">): void => {
    sink.emit({ type: "result", command, stack, durationMs: clock(), ...result });
    sink.close();
  };
  try {
    const { need, load } = runs[command];
    const local = example !== undefined || isLocal(stack, readSettings(session.root, stack));
    const [prepared, run] = await Promise.all([session.prepare(needOf(need, local)), load()]);
    const { ok = true, ...found } = await run(session, prepared);
    if (interruption.interrupted) return interruptedResult();
    finish({ ok, ...found });
    return ok ? 0 : 1;
  } catch (error) {
    if (interruption.interrupted) return interruptedResult();
    const [cause, errors] = error instanceof ToldFailure ? [error.cause, error.errors] : [error, []];
    const context = { command, stack, example, errors, repeat: invocation.json, environment: process.env };
    const text = explainFailure(cause, context);
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
