import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Readable } from "node:stream";
import type Docker from "dockerode";
import { cloneFolder } from "./locations.ts";

/** The official images that ours are built from, pinned by digest. */
export interface Pins {
  readonly debian: string;
  readonly minio: string;
}

/** How long a pull may make no progress before the network counts as one that cannot pull. */
const pullSilenceMilliseconds = 20_000;

export async function readPins(): Promise<Pins> {
  return JSON.parse(await readFile(join(cloneFolder, "images", "pins.json"), "utf8")) as Pins;
}

/** What the engine has of one image: the official one, and the one that is made here where that cannot be pulled. */
export interface ImageFound {
  readonly official: boolean;
  readonly local: boolean;
}

export type ImagePlan = "use local" | "use official" | "pull, else make";

/**
 * The image that was made here stays in use, also when the official one can be pulled by now: to change the base
 * would rebuild every image and replace every container. Removing it is how a person changes over.
 */
export function planImage(found: ImageFound): ImagePlan {
  if (found.local) return "use local";
  return found.official ? "use official" : "pull, else make";
}

export async function findImage(engine: Docker, official: string, local: string): Promise<ImageFound> {
  const [hasOfficial, hasLocal] = await Promise.all([hasImage(engine, official), hasImage(engine, local)]);
  return { official: hasOfficial, local: hasLocal };
}

export async function hasImage(engine: Docker, name: string): Promise<boolean> {
  try {
    await engine.getImage(name).inspect();
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) return false;
    throw error;
  }
}

/** @returns why the image could not be pulled; nothing where it was. */
export async function pullImage(engine: Docker, name: string): Promise<string | undefined> {
  const abort = new AbortController();
  const silence = setTimeout(() => abort.abort(), pullSilenceMilliseconds);
  try {
    const progress = await engine.pull(name, { abortSignal: abort.signal });
    await followed(engine, progress, () => silence.refresh());
    return undefined;
  } catch (error) {
    if (abort.signal.aborted) return `no progress for ${pullSilenceMilliseconds / 1000} s`;
    return (error as Error).message;
  } finally {
    clearTimeout(silence);
  }
}

/** Makes an image from a tar archive of its files. `changes` are Dockerfile lines. */
export async function importImage(engine: Docker, name: string, tar: Readable, changes: string[] = []): Promise<void> {
  const colon = name.lastIndexOf(":");
  const options = { repo: name.slice(0, colon), tag: name.slice(colon + 1), changes };
  await followed(engine, await engine.importImage(tar, options), () => {});
}

function followed(engine: Docker, progress: NodeJS.ReadableStream, onProgress: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = (error: Error | null) => (error ? reject(error) : resolve());
    engine.modem.followProgress(progress, ended, onProgress);
  });
}
