import { readFile } from "node:fs/promises";
import { posix } from "node:path";
import tar from "tar-stream";
import { collect } from "./collect.ts";
import type { ContainerInputs } from "./container-inputs.ts";
import type { Engine } from "./engine.ts";

type Upload = NonNullable<ContainerInputs["uploads"]>[number];

/**
 * Puts the files into the container before it starts. They are part of the container alone: no inspection shows them.
 *
 * @throws where the container's own file system is read-only and a file is not below one of its volumes.
 */
export async function putUploads(engine: Engine, id: string, inputs: ContainerInputs): Promise<void> {
  for (const [folder, uploads] of byFolder(inputs)) {
    await engine.json("PUT", `/containers/${id}/archive`, {
      query: { path: folder },
      tar: await archive(folder, uploads),
    });
  }
}

/** The folder that each file is put below: one archive for all, or one for each volume of a read-only container. */
export function byFolder(inputs: ContainerInputs): Map<string, Upload[]> {
  const folders = new Map<string, Upload[]>();
  const mounted = [
    ...(inputs.volumes ?? []).map(({ containerPath }) => containerPath ?? ""),
    ...(inputs.mounts ?? []).map(({ target }) => target),
  ].filter((path) => path !== "");
  for (const upload of inputs.uploads ?? []) {
    const folder = inputs.readOnly === true ? volumeOf(upload.file, mounted) : "/";
    if (folder === undefined) {
      throw new Error(
        `the upload "${upload.file}" cannot be put into the container ${inputs.name}: its file system is readOnly, and ` +
          `files can only go below its volumes (${mounted.join(", ") || "it has none"}). Move the file, or add a volume`,
      );
    }
    folders.set(folder, [...(folders.get(folder) ?? []), upload]);
  }
  return folders;
}

/** The mode that the real provider gives. */
export function modeOf(upload: Pick<Upload, "permissions" | "executable">): number {
  if (upload.permissions !== undefined && upload.permissions !== "") return Number.parseInt(upload.permissions, 8);
  return upload.executable === true ? 0o744 : 0o644;
}

function volumeOf(file: string, mounted: readonly string[]): string | undefined {
  return mounted
    .filter((path) => file.startsWith(posix.join(path, "/")))
    .sort((a, b) => b.length - a.length)
    .at(0);
}

async function archive(folder: string, uploads: readonly Upload[]): Promise<Buffer> {
  const pack = tar.pack();
  for (const upload of uploads) {
    pack.entry(
      {
        name: posix.relative(folder, upload.file),
        mode: modeOf(upload),
        uid: Number(upload.owner ?? 0),
        gid: Number(upload.group ?? 0),
        mtime: new Date(),
      },
      await contentOf(upload),
    );
  }
  pack.finalize();
  return collect(pack);
}

/** What the file will hold. */
export async function contentOf(upload: Upload): Promise<Buffer> {
  if (upload.contentBase64 !== undefined) return Buffer.from(upload.contentBase64, "base64");
  if (upload.source === undefined) return Buffer.from(upload.content ?? "");
  try {
    return await readFile(upload.source);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`the source of the upload "${upload.file}" cannot be read: ${reason}`);
  }
}
