import { access } from "node:fs/promises";
import { run } from "./commands.ts";

/** Whether this machine installs packages the Debian way. */
export async function canInstall(): Promise<boolean> {
  return access("/usr/bin/apt-get").then(
    () => true,
    () => false,
  );
}

/**
 * Installs Debian packages, without what they merely recommend. Only for root.
 * @throws with the end of apt's output.
 */
export async function aptInstall(packages: readonly string[]): Promise<void> {
  const apt = (...args: string[]) =>
    run("apt-get", ["-q", "-y", "-o", "DPkg::Lock::Timeout=300", ...args], {
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive" },
    });
  // A source of the user's that does not answer is no reason to stop; if it mattered, the installation says so.
  const stale = await apt("update").then(
    () => "",
    (error: Error) => `\nBefore that: ${error.message}`,
  );
  await apt("install", "--no-install-recommends", ...packages).catch((error: Error) => {
    throw new Error(`${error.message}${stale}\nBy hand, as root: apt-get install ${packages.join(" ")}`);
  });
}
