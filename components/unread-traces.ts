/**
 * Pulumi's SDK takes a stack trace for every property of every resource, and looks up each line of it in source maps: more
 * than half of the time that a program with many clusters runs. They are read only where PULUMI_DEBUG_PROMISE_LEAKS asks
 * for them; else they are left without lines. For its side effect, where the SDK has put in the look-up.
 */

type Prepare = NonNullable<typeof Error.prepareStackTrace>;

/** The same preparation of stack traces, without those that nobody reads. */
export function withoutUnread(prepare: Prepare): Prepare {
  return (error, frames) =>
    frames[0]?.getFunctionName() === "debuggablePromise" ? String(error) : prepare(error, frames);
}

if (Error.prepareStackTrace !== undefined && !process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
  Error.prepareStackTrace = withoutUnread(Error.prepareStackTrace);
}
