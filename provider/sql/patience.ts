/** Seconds for which a primary that cannot be reached is asked again: longer than a failover takes. */
export const secondsToReach = 60;
