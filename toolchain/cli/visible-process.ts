import { spawn } from "node:child_process";
import type { Interruption } from "./interruption.ts";

/**
 * Runs a program whose words go straight to the user, and says whether it succeeded. It has a process group of its own,
 * so that Ctrl-C reaches it once, through us.
 */
export function runVisibly(
  program: string,
  args: readonly string[],
  cwd: string,
  interruption: Interruption,
): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ["ignore", "inherit", "inherit"], detached: true });
    const signalGroup = (signal: NodeJS.Signals): void => {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    };
    const unprotect = interruption.protect({
      cancel: () => signalGroup("SIGINT"),
      force: () => signalGroup("SIGKILL"),
    });
    child.on("error", reject);
    child.on("close", (code) => {
      unprotect();
      resolve(code === 0);
    });
  });
}
