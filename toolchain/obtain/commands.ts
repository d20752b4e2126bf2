import { type SpawnOptions, spawn } from "node:child_process";
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import type { Readable } from "node:stream";

export interface RunOptions extends Pick<SpawnOptions, "cwd" | "env"> {
  /** Fed to the command's standard input. */
  readonly input?: Readable;
}

/** How much of a failed command's output its error repeats. */
const errorLines = 15;

/**
 * Runs a command to its end and returns what it printed.
 * @throws with the command and the last lines of its output, when it fails or does not exist.
 */
export function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: [options.input ? "pipe" : "ignore", "pipe", "pipe"] });
    const stdout: Buffer[] = [];
    const output: Buffer[] = [];
    child.stdout?.on("data", (chunk: Buffer) => {
      stdout.push(chunk);
      output.push(chunk);
    });
    child.stderr?.on("data", (chunk: Buffer) => output.push(chunk));
    if (options.input && child.stdin) options.input.pipe(child.stdin);
    child.once("error", (error) => reject(new Error(`${command} could not be started: ${error.message}`)));
    child.once("close", (code, signal) => {
      if (code === 0) return resolve(Buffer.concat(stdout).toString());
      const tail = Buffer.concat(output).toString().trimEnd().split("\n").slice(-errorLines).join("\n");
      reject(new Error(`${[command, ...args].join(" ")} failed (${signal ?? `exit ${code}`}):\n${tail}`));
    });
  });
}

/** The folders of a PATH, without empty ones. */
export function pathFolders(path: string | undefined): string[] {
  return (path ?? "").split(delimiter).filter((folder) => folder !== "");
}

/** The full path of a program in the first of these folders that has it. */
export async function findProgram(name: string, folders: readonly string[]): Promise<string | undefined> {
  for (const folder of folders) {
    const path = join(folder, name);
    if (await isExecutable(path)) return path;
  }
  return undefined;
}

export async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}
