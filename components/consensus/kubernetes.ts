import type { LeaderElection } from "../../platforms/service.ts";

/** The label that holds Patroni's scope. */
const scopeLabel = "cluster-name";
const labels = { application: "patroni" };

/** Patroni's objects, all of which it makes itself: who leads, who is in step, the dynamic configuration and a failover that is asked for. */
const objects = ["config", "failover", "leader", "sync"];

/** What a member may do through the Kubernetes API. */
export function leaderElection(cluster: string): LeaderElection {
  return {
    labels: { ...labels, [scopeLabel]: cluster },
    objects: objects.map((name) => `${cluster}-${name}`),
  };
}

/**
 * Patroni's `kubernetes` section. The election is held in ConfigMaps, Patroni's own default, and not in Endpoints: HAProxy finds the primary by itself, so
 * that nobody needs an Endpoints of the leader, and Kubernetes has deprecated them since 1.33 and clears away those that no Service goes with.
 * https://patroni.readthedocs.io/en/latest/kubernetes.html
 */
export function kubernetesSection(namespace: string): Record<string, unknown> {
  return { namespace, labels, scope_label: scopeLabel, use_endpoints: false };
}
