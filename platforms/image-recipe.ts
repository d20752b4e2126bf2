import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type { Role } from "./service.ts";

const imagesFolder = fileURLToPath(new URL("../images", import.meta.url));
const pins = JSON.parse(readFileSync(join(imagesFolder, "pins.json"), "utf8")) as {
  readonly debian: string;
  readonly minio: string;
};

/** What an image is made of, and the name that follows from it. */
export interface ImageRecipe {
  /** Without a tag, e.g. `pulumi-postgres-ha/postgres`. */
  readonly repository: string;
  /** Names the content: the same files and arguments are the same image. */
  readonly tag: string;
  /** The folder with the Dockerfile. */
  readonly context: string;
  readonly buildArgs: Readonly<Record<string, string>>;
}

/** How the image of a role is built, wherever that is done. */
export function imageRecipe(role: Role, buildArguments: Readonly<Record<string, string>>): ImageRecipe {
  const context = join(imagesFolder, role);
  const buildArgs = { ...sources(role), ...buildArguments };
  return {
    repository: `pulumi-postgres-ha/${role}`,
    tag: contentTag(filesOf(context), buildArgs),
    context,
    buildArgs,
  };
}

/** What every image is built from: pinned by digest, unless the toolchain says what stands in for it where nothing can be pulled. */
function sources(role: Role): Record<string, string> {
  const base = { BASE_IMAGE: process.env.POSTGRES_HA_BASE_IMAGE ?? pins.debian };
  return role === "minio" ? { ...base, MINIO_IMAGE: process.env.POSTGRES_HA_MINIO_IMAGE ?? pins.minio } : base;
}

/** The same files and arguments give the same tag, so that an image is never built twice. */
export function contentTag(files: ReadonlyMap<string, string>, buildArgs: Readonly<Record<string, string>>): string {
  const hash = createHash("sha256");
  for (const [path, content] of [...files].sort()) hash.update(`${path}\0${content}\0`);
  for (const [name, value] of Object.entries(buildArgs).sort()) hash.update(`${name}\0${value}\0`);
  return hash.digest("hex").slice(0, 12);
}

function filesOf(folder: string): Map<string, string> {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(folder, path), readFileSync(path, "utf8")];
    }),
  );
}
