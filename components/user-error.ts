import { RunError } from "@pulumi/pulumi";

/**
 * An error that is meant for the person who runs the program: Pulumi shows its message alone.
 *
 * It carries no stack trace: Pulumi prints every error that a program throws in full first, and Node 20 spends many seconds on colouring the
 * lines that Pulumi's source maps place in a folder that does not exist.
 */
export class UserError extends RunError {
  constructor(message: string) {
    super(message);
    this.stack = `${this.name}: ${message}`;
  }
}
