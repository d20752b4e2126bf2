import debuggable from "@pulumi/pulumi/runtime/debuggable.js";

/**
 * Pulumi's SDK takes a stack trace for every property of every resource, and looks up each line of it in source maps: more
 * than half of the time that a program with many clusters runs. They are read only where PULUMI_DEBUG_PROMISE_LEAKS asks
 * for them; else they are left without lines. For its side effect on the SDK.
 */
const sdk: { debuggablePromise?: (...args: never[]) => unknown } = debuggable;

/** The same function, with stack traces without lines while it runs. */
export function withoutTraces<Args extends readonly unknown[], Result>(work: (...args: Args) => Result) {
  return (...args: Args): Result => {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
      return work(...args);
    } finally {
      Error.stackTraceLimit = limit;
    }
  };
}

if (sdk.debuggablePromise !== undefined && !process.env.PULUMI_DEBUG_PROMISE_LEAKS) {
  sdk.debuggablePromise = withoutTraces(sdk.debuggablePromise);
}
