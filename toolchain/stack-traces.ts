/**
 * Corrects the paths of Pulumi's own lines in stack traces. For its side effect; imported before anything else by
 * programs that run under Pulumi.
 *
 * The source maps of `@pulumi/pulumi` place its files one folder too high: `node_modules/@pulumi/resource.ts`. Node
 * 20.20 never comes back from printing such a line in colour, as Pulumi does with every error that a program throws:
 * instead of the error a user would see a process that eats one processor for ever.
 */
const prepare = Error.prepareStackTrace;

if (prepare !== undefined) {
  Error.prepareStackTrace = (error, frames) => {
    const trace: unknown = prepare(error, frames);
    return typeof trace === "string" ? corrected(trace) : trace;
  };
}

/** Puts the missing folder back. */
export function corrected(trace: string): string {
  return trace.replaceAll(/([/\\]node_modules[/\\]@pulumi)([/\\])([^/\\\s]+\.ts:)/g, "$1$2pulumi$2$3");
}
