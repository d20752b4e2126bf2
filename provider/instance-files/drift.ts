import { createHash } from "node:crypto";
import type { Instance } from "../instances/instance.ts";
import type { FileInput, FilesInputs } from "./inputs.ts";

/**
 * The files as they were found, in the shape of the inputs. Of a file that somebody changed only a digest is shown: it may
 * hold a secret.
 */
export async function driftOf(
  instance: Instance,
  inputs: Pick<FilesInputs, "files">,
): Promise<{ files: Record<string, FileInput> }> {
  const found = await Promise.all(
    Object.entries(inputs.files).map(async ([path, file]) => {
      if (file.once) return [path, file] as const;
      const content = await instance.read(path);
      return [path, content === file.content ? file : { ...file, content: changed(content) }] as const;
    }),
  );
  return { files: Object.fromEntries(found) };
}

function changed(content: string | undefined): string {
  if (content === undefined) return "(missing in the instance)";
  return `(changed in the instance, sha256 ${createHash("sha256").update(content).digest("hex").slice(0, 12)})`;
}
