import { type ChildProcess, spawn } from "node:child_process";
import type { PulumiCommand } from "@pulumi/pulumi/automation/cmd.js";
import type { Interruption } from "./interruption.ts";

/** A `pulumi` that ended with an error. Its text is Pulumi's own; `explainFailure` makes it one for people. */
export class PulumiFailure extends Error {
  override readonly name = "PulumiFailure";
  readonly exitCode: number | null;
  readonly stdout: string;
  readonly stderr: string;

  constructor(args: readonly string[], exitCode: number | null, stdout: string, stderr: string) {
    super(`pulumi ${args[0] ?? ""} ended with ${exitCode ?? "a signal"}: ${stderr.trim()}`);
    this.exitCode = exitCode;
    this.stdout = stdout;
    this.stderr = stderr;
  }
}

interface Output {
  readonly stdout: string;
  readonly stderr: string;
  readonly code: number;
}

/** How the Automation API runs `pulumi`. It has this method, and types that leave it out. */
export interface PulumiRunner extends PulumiCommand {
  run(
    args: string[],
    cwd: string,
    environment: Readonly<Record<string, string>>,
    onOutput?: (text: string) => void,
    onError?: (text: string) => void,
  ): Promise<Output>;
  /** Waits until every `pulumi` that was started has ended, however it ends. */
  ended(): Promise<void>;
}

/** How long a forced `pulumi` may take to end before it is killed with its language host and program. */
const forceMs = 3000;

/**
 * Runs `pulumi` for the Automation API in a process group of its own, so that Ctrl-C in a terminal reaches it once,
 * through us, and it can end what it is doing. The API's own runner leaves it in the terminal's group, where one
 * Ctrl-C arrives twice and so counts as a demand to stop at once.
 */
export function runnerFrom(found: PulumiCommand, interruption: Interruption): PulumiRunner {
  const running = new Set<Promise<unknown>>();
  return Object.assign(found, {
    ended: async () => void (await Promise.allSettled(running)),
    run: (
      args: string[],
      cwd: string,
      environment: Readonly<Record<string, string>>,
      onOutput?: (text: string) => void,
      onError?: (text: string) => void,
    ): Promise<Output> => {
      const child = spawn(found.command, [...args, "--non-interactive"], {
        cwd,
        env: { ...process.env, ...environment, PULUMI_AUTOMATION_API: "true" },
        stdio: ["ignore", "pipe", "pipe"],
        detached: true,
      });
      const unprotect = interruption.protect({ cancel: () => void child.kill("SIGINT"), force: () => force(child) });
      const stdout = collect(child.stdout, onOutput);
      const stderr = collect(child.stderr, onError);
      const run = new Promise<Output>((resolve, reject) => {
        child.on("error", reject);
        child.on("close", (code) => {
          if (code === 0) resolve({ stdout: stdout(), stderr: stderr(), code });
          else reject(new PulumiFailure(args, code, stdout(), stderr()));
        });
      }).finally(() => {
        unprotect();
        running.delete(run);
      });
      running.add(run);
      return run;
    },
  });
}

function force(child: ChildProcess): void {
  child.kill("SIGINT");
  setTimeout(() => {
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    try {
      process.kill(-child.pid, "SIGKILL");
    } catch {
      // Its group ended in the meantime.
    }
  }, forceMs).unref();
}

function collect(stream: NodeJS.ReadableStream, tap: ((text: string) => void) | undefined): () => string {
  let all = "";
  stream.setEncoding("utf8");
  stream.on("data", (text: string) => {
    all += text;
    tap?.(text);
  });
  return () => all;
}
