import { describe, expect, it } from "vitest";
import { kubernetesSection, leaderElection } from "./kubernetes.ts";

describe("an election through the Kubernetes API", () => {
  it("is found by the labels that Patroni looks for", () => {
    const section = kubernetesSection("orders");
    const { labels } = leaderElection("shop");
    expect(section.namespace).toBe("orders");
    expect(labels).toEqual({ ...(section.labels as object), [String(section.scope_label)]: "shop" });
  });

  it("writes the ConfigMaps of its own scope, and no Endpoints", () => {
    expect(kubernetesSection("orders").use_endpoints).toBe(false);
    expect(leaderElection("shop").objects).toEqual(["shop-config", "shop-failover", "shop-leader", "shop-sync"]);
  });
});
