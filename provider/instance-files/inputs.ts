import type { InstanceAddress } from "../../platforms/service.ts";
import type { Properties } from "../../toolchain/stand-ins/framework/types.ts";
import type { DeliveredFile } from "../instances/instance.ts";

/** The inputs of `postgres-ha:index:InstanceFiles`; resources/instance-files.ts says what they mean. */
export interface FilesInputs {
  readonly instance: InstanceAddress;
  readonly files: Readonly<Record<string, FileInput>>;
  readonly user: number;
}

export interface FileInput {
  readonly content: string;
  readonly secret?: boolean;
  readonly executable?: boolean;
  readonly once?: boolean;
}

export const filesInputs = (properties: Properties) => properties as unknown as FilesInputs;

/** Without the files that are read at the first start only: they are no part of what runs. */
export function withoutOnce(files: FilesInputs["files"]): FilesInputs["files"] {
  return Object.fromEntries(Object.entries(files).filter(([, { once }]) => once !== true));
}

/** The files as they stand in the instance: a secret belongs to its user; everything else to root, so that the program cannot change it. */
export function deliveredFiles({ files, user }: Pick<FilesInputs, "files" | "user">): DeliveredFile[] {
  return Object.entries(files).map(([path, { content, secret, executable }]) => ({
    path,
    content,
    mode: secret ? 0o400 : executable ? 0o555 : 0o444,
    owner: secret ? user : 0,
  }));
}
