import { existsSync, readFileSync, statSync } from "node:fs";
import { basename, isAbsolute, join, relative, resolve } from "node:path";
import dockerignore from "@balena/dockerignore";
import tar from "tar-fs";
import { collect } from "./collect.ts";

/**
 * The folder of a build as an archive, without what its `.dockerignore` names. Times and owners are left out, so that the
 * same files always make the same archive. It is held in memory: a context of gigabytes wants a `.dockerignore`.
 *
 * @throws where the folder or the Dockerfile is not there.
 */
export async function buildContext(folder: string, dockerfile: string): Promise<Buffer> {
  const root = resolve(folder);
  if (!existsSync(root) || !statSync(root).isDirectory()) {
    throw new Error(`the build context "${folder}" is no folder (looked for ${root}); give an existing one`);
  }
  if (!existsSync(join(root, dockerfile))) {
    throw new Error(
      `there is no "${dockerfile}" in the build context ${root}; name the Dockerfile, relative to the context`,
    );
  }
  return collect(tar.pack(root, options(ignored(root, dockerfile))));
}

/** `umask` 0 keeps the modes of files whatever this process's is; it and `sort` are newer than the library's types. */
function options(ignore: (path: string) => boolean): tar.PackOptions & { umask: number; sort: boolean } {
  return {
    ignore,
    map: (header) => Object.assign(header, { mtime: new Date(0), uid: 0, gid: 0 }),
    umask: 0,
    sort: true,
  };
}

/** A Dockerfile given with an absolute path, as the engine wants it: relative to the context. */
export function dockerfileIn(folder: string, dockerfile: string | undefined): string {
  if (dockerfile === undefined || dockerfile === "") return "Dockerfile";
  return isAbsolute(dockerfile) ? relative(resolve(folder), dockerfile) : dockerfile;
}

function ignored(root: string, dockerfile: string): (path: string) => boolean {
  const own = join(root, `${dockerfile}.dockerignore`);
  const file = existsSync(own) ? own : join(root, ".dockerignore");
  if (!existsSync(file)) return () => false;
  const text = readFileSync(file, "utf8");
  const rules = dockerignore.default().add(text);
  const hasExceptions = /^\s*!/m.test(text);
  return (path) => {
    const name = relative(root, path);
    if (name === "" || name === dockerfile || basename(name) === ".dockerignore") return false;
    if (!rules.ignores(name)) return false;
    // A folder that is left out may hold files that an exception keeps.
    return !(hasExceptions && statSync(path).isDirectory());
  };
}
