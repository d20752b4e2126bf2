import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { chmod, mkdir, readdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, relative } from "node:path";

/** A program that the engine finds on PATH by its name, made of one entry file of this folder's neighbours. */
export interface Plugin {
  /** The name of the program, e.g. `pulumi-resource-docker`. */
  readonly program: string;
  /** The entry file, relative to the clone. */
  readonly entry: string;
}

/** Every stand-in, and the language host. */
export const plugins: readonly Plugin[] = [
  ...["docker", "kubernetes", "random", "postgresql", "minio", "aws"].map((name) => ({
    program: `pulumi-resource-${name}`,
    entry: `toolchain/stand-ins/${name}/main.ts`,
  })),
  { program: "pulumi-language-nodejs", entry: "toolchain/language-host/main.ts" },
];

/** The provider of our own, which stands in for nothing. */
export const ownProvider: Plugin = { program: "pulumi-resource-postgres-ha", entry: "provider/main.ts" };

/** How esbuild makes one file that Node runs. */
export const oneFile = {
  bundle: true,
  minifySyntax: true,
  minifyWhitespace: true,
  platform: "node",
  target: "node20",
  format: "cjs",
  logLevel: "error",
  legalComments: "none",
} as const;

const clone = join(import.meta.dirname, "../..");
/** What plugins are made of. */
const sourceFolders = ["toolchain", "provider", "components", "platforms"];
const stampName = "content-hash";

/**
 * Makes one file of each plugin and its libraries, so that it starts in about a tenth of a second, and beside it a program
 * of its name that runs it with this Node. Does nothing where the sources, the lock file and this Node are those of the
 * last time. Safe to run several times at once: every file is complete before it gets its name.
 *
 * @returns whether anything was made.
 */
export async function bundlePlugins(folder: string, wanted: readonly Plugin[] = plugins): Promise<boolean> {
  const hash = await contentHash(wanted);
  const stamp = join(folder, stampName);
  const complete = wanted.every((plugin) => existsSync(join(folder, plugin.program)));
  if (complete && existsSync(stamp) && (await readFile(stamp, "utf8")) === hash) return false;
  const { build } = await import("esbuild");
  await mkdir(folder, { recursive: true });
  const result = await build({
    entryPoints: wanted.map((plugin) => ({ in: join(clone, plugin.entry), out: plugin.program })),
    ...oneFile,
    outExtension: { ".js": ".cjs" },
    outdir: folder,
    write: false,
  });
  for (const file of result.outputFiles) await put(file.path, file.contents, 0o644);
  for (const { program } of wanted) {
    await put(join(folder, program), shim(process.execPath, join(folder, `${program}.cjs`)), 0o755);
  }
  await put(stamp, hash, 0o644);
  return true;
}

/** A program that becomes Node: the engine ends plugins by their process id, so no shell may stand between. */
export function shim(node: string, script: string): string {
  return `#!/bin/sh\nexec ${quoted(node)} ${quoted(script)} "$@"\n`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}

async function put(path: string, content: string | Uint8Array, mode: number): Promise<void> {
  const unfinished = `${path}.${process.pid}`;
  await writeFile(unfinished, content);
  await chmod(unfinished, mode);
  await rename(unfinished, path);
}

async function contentHash(wanted: readonly Plugin[]): Promise<string> {
  const folders = await Promise.all(
    sourceFolders.map((folder) => readdir(join(clone, folder), { recursive: true, withFileTypes: true })),
  );
  const sources = folders
    .flat()
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts") && !entry.name.endsWith(".test.ts"))
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
  const hash = createHash("sha256").update(process.execPath).update(JSON.stringify(wanted));
  for (const path of [...sources, join(clone, "package-lock.json")]) {
    hash.update(`\n${relative(clone, path)}\n`).update(await readFile(path));
  }
  return hash.digest("hex");
}
