import type { core } from "@pulumi/kubernetes/types/input.js";
import type { HealthCheck } from "../service.ts";

/**
 * Whether a pod gets traffic. Only that: a liveness probe would kill a server that recovers from a crash, and a startup probe one that copies a large
 * primary; the program's own supervisor (Patroni, HAProxy's master) and the container's end decide about restarts, as on every other platform.
 */
export function readinessProbe({ command, interval, timeout, retries }: HealthCheck): core.v1.Probe {
  return {
    exec: { command: [...command] },
    periodSeconds: interval,
    timeoutSeconds: timeout,
    failureThreshold: retries,
  };
}
