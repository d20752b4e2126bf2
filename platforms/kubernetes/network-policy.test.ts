import { describe, expect, it } from "vitest";
import { bareService, fullService, settings } from "../../test/support/kubernetes-service.ts";
import { denyAll, networkPolicy } from "./network-policy.ts";

const own = [
  {
    podSelector: {
      matchLabels: { "app.kubernetes.io/part-of": "pulumi-postgres-ha", "app.kubernetes.io/instance": "ns" },
    },
  },
];
const every = [
  { port: 5432, protocol: "TCP" },
  { port: 8008, protocol: "TCP" },
];
const [exposed] = every;

describe("who reaches a service", () => {
  it("is nobody where nothing is said", () => {
    expect(denyAll("ns").spec).toEqual({ podSelector: {}, policyTypes: ["Ingress"] });
  });

  it("is the stack itself", () => {
    expect(networkPolicy(fullService, settings()).spec).toEqual({
      podSelector: { matchLabels: { "app.kubernetes.io/instance": "ns", "app.kubernetes.io/name": "store" } },
      policyTypes: ["Ingress"],
      ingress: [{ from: own, ports: every }],
    });
  });

  it("is whoever is declared, and that on exposed ports only", () => {
    const clients = settings({
      clientNamespaces: ["shop"],
      exposure: { type: "LoadBalancer", host: "pg.example.com", sources: ["10.0.0.0/8"] },
    });
    expect(networkPolicy(fullService, clients).spec).toMatchObject({
      ingress: [
        { from: own, ports: every },
        {
          from: [
            { namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "shop" } } },
            { ipBlock: { cidr: "10.0.0.0/8" } },
          ],
          ports: [exposed],
        },
      ],
    });
    expect(networkPolicy(bareService, clients).spec).toMatchObject({ ingress: [{ from: own }] });
  });
});
