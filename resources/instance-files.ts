import { CustomResource, type CustomResourceOptions, type Input } from "@pulumi/pulumi";
import type { InstanceAddress } from "../platforms/service.ts";

export interface InstanceFilesArgs {
  readonly instance: Input<InstanceAddress>;
  /** By absolute path. */
  readonly files: Readonly<Record<string, Input<InstanceFile>>>;
  /** The numeric user that secrets belong to; all other files belong to root. */
  readonly user: number;
}

export interface InstanceFile {
  readonly content: Input<string>;
  /** Readable by the user alone. */
  readonly secret?: boolean;
  readonly executable?: boolean;
  /** Read at the instance's very first start only: another content is no change. */
  readonly once?: boolean;
}

/**
 * The configuration files of a running instance. The program in it starts once they are there; a change is put in place and
 * read again without a restart (`/usr/local/bin/reload`), and taken back where the program refuses it. Data is never touched.
 */
export class InstanceFiles extends CustomResource {
  declare readonly instance: InstanceFilesArgs["instance"];

  constructor(name: string, args: InstanceFilesArgs, opts?: CustomResourceOptions) {
    super("postgres-ha:index:InstanceFiles", name, { ...args }, opts);
  }
}
