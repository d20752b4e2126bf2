/**
 * Mends two things about the stack traces of programs that run under Pulumi. For its side effect; imported by them before
 * anything else.
 *
 * Pulumi's SDK takes a trace for every property of every resource, and looks up each line of it in source maps: a third of the
 * time of a large program. They are read only where PULUMI_DEBUG_PROMISE_LEAKS asks for them.
 *
 * The source maps of `@pulumi/pulumi` place its files one folder too high: `node_modules/@pulumi/resource.ts`. Node
 * 20.20 never comes back from printing such a line in colour, as Pulumi does with every error that a program throws:
 * instead of the error a user would see a process that eats one processor for ever.
 */
const debugsLeaks = Boolean(process.env.PULUMI_DEBUG_PROMISE_LEAKS);
const prepare = Error.prepareStackTrace;

if (prepare !== undefined) {
  Error.prepareStackTrace = (error, frames) => {
    if (!debugsLeaks && frames[0]?.getFunctionName() === "debuggablePromise") return String(error);
    const trace: unknown = prepare(error, frames);
    return typeof trace === "string" ? corrected(trace) : trace;
  };
}

/** Puts the missing folder back. */
export function corrected(trace: string): string {
  return trace.replaceAll(/([/\\]node_modules[/\\]@pulumi)([/\\])([^/\\\s]+\.ts:)/g, "$1$2pulumi$2$3");
}
