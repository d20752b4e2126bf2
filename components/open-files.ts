/**
 * File descriptors of each pooler and each balancer: one number for all sizes, because a container's limit is part of the
 * container, and a pool that may take more clients tomorrow must not lose those of today. Sums keep the clients below it.
 */
export const openFiles = 20_000;
