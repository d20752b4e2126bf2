import { mkdir, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";

/** A maker that shows no life for this long is dead. A living one refreshes its lock every few seconds. */
const staleMilliseconds = 20_000;

/** How long to wait for another clone that is making the same thing: longer than a slow machine needs. */
const waitSeconds = 1_800;

/**
 * Makes something in the cache once, however many clones and runs ask for it at the same time, and never leaves half
 * of it: it is made in a folder of its own, which is then renamed.
 * @param target the file or folder to be.
 * @param exists whether it is there already.
 * @param make fills a new, empty folder, and returns the path in it that becomes the target.
 * @returns whether it was made now.
 */
export async function makeOnce(
  target: string,
  exists: () => Promise<boolean>,
  make: (folder: string) => Promise<string>,
): Promise<boolean> {
  if (await exists()) return false;
  await mkdir(dirname(target), { recursive: true });
  const { default: lockfile } = await import("proper-lockfile");
  const unlock = await lockfile.lock(target, {
    realpath: false,
    stale: staleMilliseconds,
    retries: { retries: waitSeconds, factor: 1, minTimeout: 1_000 },
  });
  try {
    if (await exists()) return false;
    const unfinished = `.making-${basename(target)}-`;
    await removeLeftovers(dirname(target), unfinished);
    const folder = await mkdtemp(join(dirname(target), unfinished));
    try {
      const made = await make(folder);
      await rm(target, { recursive: true, force: true });
      await rename(made, target);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    return true;
  } finally {
    await unlock();
  }
}

/** Under the lock nobody else makes this thing: what is unfinished was left by a run that was killed. */
async function removeLeftovers(folder: string, prefix: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(prefix)) await rm(join(folder, name), { recursive: true, force: true });
  }
}
