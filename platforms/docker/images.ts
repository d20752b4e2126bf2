import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import * as docker from "@pulumi/docker";
import type { ComponentResource, Output } from "@pulumi/pulumi";
import type { Role } from "../service.ts";

const imagesFolder = fileURLToPath(new URL("../../images", import.meta.url));
const pins = JSON.parse(readFileSync(join(imagesFolder, "pins.json"), "utf8")) as {
  readonly debian: string;
  readonly minio: string;
};

/** What every image is built from: pinned by digest, unless the toolchain says what stands in for it where nothing can be pulled. */
function sources(role: Role): Record<string, string> {
  const base = { BASE_IMAGE: process.env.POSTGRES_HA_BASE_IMAGE ?? pins.debian };
  return role === "minio" ? { ...base, MINIO_IMAGE: process.env.POSTGRES_HA_MINIO_IMAGE ?? pins.minio } : base;
}

/** A tag that names the content: the same files and arguments are the same image, which is then never built twice. */
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

/** The images of a platform, each built at most once. */
export class Images {
  readonly #built = new Map<string, docker.RemoteImage>();
  readonly #parent: ComponentResource;

  constructor(parent: ComponentResource) {
    this.#parent = parent;
  }

  /** The id of the image for a role. */
  imageId(role: Role, buildArguments: Readonly<Record<string, string>>): Output<string> {
    const context = join(imagesFolder, role);
    const buildArgs = { ...sources(role), ...buildArguments };
    const name = `pulumi-postgres-ha/${role}:${contentTag(filesOf(context), buildArgs)}`;
    const known = this.#built.get(name);
    if (known !== undefined) return known.imageId;
    const image = new docker.RemoteImage(
      `${role}-image`,
      // Relative, so that a clone that was moved builds nothing and changes nothing.
      { name, keepLocally: true, build: { context: relative(process.cwd(), context), buildArgs } },
      { parent: this.#parent },
    );
    this.#built.set(name, image);
    return image.imageId;
  }
}
