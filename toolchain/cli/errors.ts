/** An error meant for whoever typed the command: its message says what is wrong and the way out, so no stack is shown. */
export class CliError extends Error {
  override readonly name = "CliError";
  /** 1 for a failure, 2 for a command that was typed wrongly. */
  readonly exitCode: number;

  constructor(message: string, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}
