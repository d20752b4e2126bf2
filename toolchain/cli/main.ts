import { cloneFolder } from "../obtain/locations.ts";
import { prepare } from "../obtain/prepare.ts";
import { parseCommandLine } from "./arguments.ts";
import { helpFor } from "./commands.ts";
import { CliError } from "./errors.ts";
import { exampleFolder, ofThisClone } from "./examples.ts";
import { Interruption } from "./interruption.ts";
import { reporterFor } from "./reporting.ts";
import { interruptedText, runCommand } from "./run-command.ts";
import type { Session } from "./session.ts";
import { jsonSink, lineSink } from "./sinks.ts";

/** What `npm run up` and its siblings do, from what was typed to the exit code. */
export async function main(argv: readonly string[]): Promise<number> {
  // A reader that leaves early, as `head` does, must not end the work in the middle.
  process.stdout.on("error", () => {});
  const session = openSession(argv);
  return typeof session === "number" ? session : runCommand(session);
}

function openSession(argv: readonly string[]): Session | number {
  try {
    const invocation = parseCommandLine(argv, process.env);
    if (invocation.helpOf !== undefined) {
      process.stdout.write(`${helpFor(invocation.helpOf)}\n`);
      return 0;
    }
    // Since the process started, so that what it took to load is counted.
    const clock = (): number => Math.round(performance.now());
    // What `env` prints is read by a shell.
    const people = invocation.command === "env" ? process.stderr : process.stdout;
    const sink = invocation.json ? jsonSink(process.stdout) : lineSink(clock, people);
    const endNow = (): never => {
      sink.close();
      process.stderr.write(`\n${interruptedText}\n`);
      process.exit(130);
    };
    const interruption = new Interruption(endNow, (text) => sink.print(text));
    const report = reporterFor(sink, clock);
    return {
      clone: cloneFolder,
      root: invocation.example === undefined ? cloneFolder : exampleFolder(invocation.example),
      invocation,
      sink,
      clock,
      report,
      interruption,
      async prepare(need) {
        const prepared = await prepare({ need }, report);
        // Pulumi, its plugins and the program all run in this environment, and the Automation API looks on PATH.
        Object.assign(process.env, prepared.env);
        if (invocation.example !== undefined) Object.assign(process.env, ofThisClone(process.env));
        return prepared;
      },
    };
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    process.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}
