import { describe, expect, it } from "vitest";
import { bareService, fullService, settings } from "../../test/support/kubernetes-service.ts";
import { endpointOf } from "./endpoint.ts";
import { addressService, exposedService, headlessService } from "./services.ts";

const selector = { "app.kubernetes.io/instance": "ns", "app.kubernetes.io/name": "store" };
const outside = { host: "pg.example.com", sources: ["10.0.0.0/8"] };
const loadBalancer = settings({ exposure: { type: "LoadBalancer", ...outside, annotations: { internal: "true" } } });
const nodePort = settings({ exposure: { type: "NodePort", ...outside, nodePorts: { "5432": 30432 } } });
const sql = { name: "sql", port: 5432, targetPort: 5432, protocol: "TCP" };

describe("the names of a service", () => {
  it("are one for each pod, also before it is ready", () => {
    expect(headlessService(fullService, "ns")).toMatchObject({
      metadata: { name: "store-pods" },
      spec: { clusterIP: "None", publishNotReadyAddresses: true, selector },
    });
  });

  it("are one for all pods that are ready", () => {
    const { spec } = addressService(fullService, "ns");
    expect(spec).toMatchObject({ type: "ClusterIP", selector });
    expect(spec).not.toHaveProperty("publishNotReadyAddresses");
  });

  it("are waited for by nobody: pods need them first", () => {
    for (const service of [headlessService(fullService, "ns"), addressService(fullService, "ns")]) {
      expect(service.metadata).toMatchObject({ annotations: { "pulumi.com/skipAwait": "true" } });
    }
  });
});

describe("the way in from outside", () => {
  it("is none unless it is declared, and leads to exposed ports only", () => {
    expect(exposedService(fullService, settings())).toBeUndefined();
    expect(exposedService(bareService, loadBalancer)).toBeUndefined();
  });

  it("is a load balancer that lets in the declared networks", () => {
    expect(exposedService(fullService, loadBalancer)).toMatchObject({
      metadata: { name: "store-exposed", annotations: { internal: "true", "pulumi.com/skipAwait": "true" } },
      spec: {
        type: "LoadBalancer",
        selector,
        ports: [sql],
        loadBalancerSourceRanges: ["10.0.0.0/8"],
        externalTrafficPolicy: "Local",
      },
    });
    expect(endpointOf("store", { name: "sql", port: 5432 }, loadBalancer)).toEqual({ host: outside.host, port: 5432 });
  });

  it("is the declared port of every node", () => {
    expect(exposedService(fullService, nodePort)).toMatchObject({
      spec: { type: "NodePort", ports: [{ ...sql, nodePort: 30432 }], externalTrafficPolicy: "Local" },
    });
    expect(endpointOf("store", { name: "sql", port: 5432 }, nodePort)).toEqual({ host: outside.host, port: 30432 });
    expect(() => endpointOf("store", { name: "other", port: 9000 }, nodePort)).toThrow(
      /nodePorts has no port for 9000/,
    );
  });

  it("is a name that the cluster's DNS knows, where nothing else is declared", () => {
    expect(endpointOf("store", { name: "sql", port: 5432 }, settings({ clusterDomain: "corp.example" }))).toEqual({
      host: "store.ns.svc.corp.example",
      port: 5432,
    });
  });
});
