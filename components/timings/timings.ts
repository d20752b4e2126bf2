/** What decides how long a fault is felt. All in seconds. */
export interface Timings {
  /** How long a silent leader keeps its lease. */
  readonly ttl: number;
  /** Between two looks at the cluster. */
  readonly loopWait: number;
  /** How long a failing store or server is retried. */
  readonly retryTimeout: number;
  /** What a crashed primary may take to come back before another takes over. */
  readonly primaryStartTimeout: number;
  /** How often the balancer asks a member that works whether it still does. */
  readonly checkInterval: number;
  /** The same, while it is unsure. */
  readonly checkFastInterval: number;
  /** The same, of a member that is down. */
  readonly checkDownInterval: number;
  /** How long a pool waits after a failed login before it tries again. */
  readonly serverLoginRetry: number;
  /** How long a pool waits for a server to answer. */
  readonly serverConnectTimeout: number;
}

/**
 * What Patroni raises silently where it is less; with `loopWait + 2 * retryTimeout <= ttl`.
 * https://patroni.readthedocs.io/en/latest/dynamic_configuration.html
 */
export const floors = { ttl: 20, loopWait: 1, retryTimeout: 3 } as const;

/** What holds where neither a goal nor anything else is said. */
export const defaultTimings: Timings = {
  ttl: 20,
  loopWait: 2,
  retryTimeout: 5,
  primaryStartTimeout: 0,
  checkInterval: 0.5,
  checkFastInterval: 0.2,
  checkDownInterval: 0.5,
  serverLoginRetry: 0.2,
  serverConnectTimeout: 5,
};
