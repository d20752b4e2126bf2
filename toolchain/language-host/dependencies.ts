import { readFile } from "node:fs/promises";
import { join } from "node:path";

export interface Dependency {
  readonly name: string;
  readonly version: string;
}

interface Lock {
  readonly packages?: Readonly<Record<string, { readonly version?: string; readonly link?: boolean }>>;
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
}

/** The packages of a program as `pulumi about` lists them; empty where it has no lock file. */
export async function programDependencies(directory: string, transitive: boolean): Promise<Dependency[]> {
  const [manifest, lock] = await Promise.all([
    readJson<Manifest>(join(directory, "package.json")),
    readJson<Lock>(join(directory, "package-lock.json")),
  ]);
  return lockedDependencies(manifest ?? {}, lock ?? {}, transitive);
}

/** Reads the versions that npm has locked, those of the manifest only or all of them. */
export function lockedDependencies(manifest: Manifest, lock: Lock, transitive: boolean): Dependency[] {
  const direct = new Set(Object.keys({ ...manifest.dependencies, ...manifest.devDependencies }));
  const prefix = "node_modules/";
  return Object.entries(lock.packages ?? {}).flatMap(([path, { version }]) => {
    if (version === undefined || !path.includes(prefix)) return [];
    const name = path.slice(path.lastIndexOf(prefix) + prefix.length);
    const isDirect = path === prefix + name && direct.has(name);
    return transitive || isDirect ? [{ name, version }] : [];
  });
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, "utf8")) as T;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
