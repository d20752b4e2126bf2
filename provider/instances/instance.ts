/** A file as it stands in an instance. */
export interface DeliveredFile {
  /** Absolute. */
  readonly path: string;
  readonly content: string;
  /** Permissions, e.g. `0o444`. */
  readonly mode: number;
  /** Numeric user and group. */
  readonly owner: number;
}

/** A running instance of a service, wherever it runs. */
export interface Instance {
  /** As people know it, for messages. */
  readonly name: string;
  /**
   * Runs a program as the instance's own user, and returns what it wrote to its standard output.
   * @throws CommandFailed where it ends with another code than 0.
   */
  run(command: readonly string[], signal?: AbortSignal): Promise<string>;
  /** The text of a file, `undefined` where there is none. */
  read(path: string): Promise<string | undefined>;
  /** Puts the files in place, in their order; each is there completely before the next one is. */
  write(files: readonly DeliveredFile[]): Promise<void>;
}

/** The instance does not exist any more. */
export class InstanceGone extends Error {}

/** A program in an instance failed, in its own words. */
export class CommandFailed extends Error {
  readonly code: number;
  readonly output: string;

  constructor(instance: string, command: readonly string[], code: number, output: string) {
    super(`${command[0]} in ${instance} ended with exit code ${code}: ${output.trim() || "without a word"}`);
    this.code = code;
    this.output = output;
  }
}
