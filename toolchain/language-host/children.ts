import { type ChildProcess, type SpawnOptions, spawn } from "node:child_process";

/** How long a process may take to end after an interrupt before it is killed. Pulumi's own host gives it as much. */
const graceMilliseconds = 5_000;

/** How often the engine is looked for. A killed engine leaves its program running for at most this long. */
const watchMilliseconds = 250;

/** The processes that this host has started, so that none of them outlives the engine. */
export class Children {
  readonly #running = new Set<ChildProcess>();

  /** Starts Node, the same that runs this host. */
  start(args: readonly string[], options: SpawnOptions): ChildProcess {
    return this.#keep(spawn(process.execPath, args, options));
  }

  /** Starts a program from PATH. */
  startTool(tool: string, args: readonly string[], cwd: string): ChildProcess {
    return this.#keep(spawn(tool, args, { cwd, stdio: ["ignore", "pipe", "pipe"] }));
  }

  /** Asks every process to end, and kills those that do not. */
  interrupt(): void {
    for (const child of this.#running) interrupt(child);
  }

  kill(): void {
    for (const child of this.#running) child.kill("SIGKILL");
  }

  #keep(child: ChildProcess): ChildProcess {
    this.#running.add(child);
    child.once("close", () => this.#running.delete(child));
    return child;
  }
}

/** Asks one process to end, and kills it if it does not. */
export function interrupt(child: ChildProcess): void {
  child.kill("SIGINT");
  setTimeout(() => child.kill("SIGKILL"), graceMilliseconds).unref();
}

/**
 * Ends this process and its children when the engine is gone. The engine starts the host itself, so a new parent
 * means that the old one was killed and could not say goodbye.
 */
export function endWithTheEngine(children: Children): void {
  const engine = process.ppid;
  setInterval(() => {
    if (process.ppid === engine) return;
    children.kill();
    process.exit(1);
  }, watchMilliseconds).unref();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => {
      children.kill();
      process.exit(0);
    });
  }
}
