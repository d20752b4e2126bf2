import type { apps } from "@pulumi/kubernetes/types/input.js";
import { describe, expect, it } from "vitest";
import { bareService, fullService, settings } from "../../test/support/kubernetes-service.ts";
import { statefulSet } from "./stateful-set.ts";

const selector = { "app.kubernetes.io/instance": "ns", "app.kubernetes.io/name": "store" };

describe("a service's instances", () => {
  it("are named from 1 on, start together, and keep their claims whatever becomes of them", () => {
    expect(statefulSet(fullService, "pg:1", settings({ storageClass: "fast" }))).toMatchObject({
      metadata: { name: "store", namespace: "ns", annotations: { "pulumi.com/skipAwait": "true" } },
      spec: {
        serviceName: "store-pods",
        replicas: 3,
        ordinals: { start: 1 },
        podManagementPolicy: "Parallel",
        selector: { matchLabels: selector },
        template: { metadata: { labels: selector } },
        persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
        volumeClaimTemplates: [
          {
            metadata: { name: "data" },
            spec: {
              accessModes: ["ReadWriteOnce"],
              storageClassName: "fast",
              resources: { requests: { storage: "2048Mi" } },
            },
          },
        ],
      },
    });
  });

  it("are replaced by an update only where they hold no data", () => {
    expect(statefulSet(fullService, "pg:1", settings())).toMatchObject({
      spec: { updateStrategy: { type: "OnDelete" } },
    });
    const bare = statefulSet(bareService, "haproxy:1", settings());
    expect(bare).toMatchObject({ spec: { updateStrategy: { type: "RollingUpdate" } } });
    expect(JSON.stringify(bare)).not.toMatch(/volumeClaim/i);
  });

  it("are waited for where the service says so", () => {
    expect(JSON.stringify(statefulSet(bareService, "haproxy:1", settings()))).not.toContain("skipAwait");
  });

  it("keep everything that would replace them when settings change", () => {
    const fixed = (set: ReturnType<typeof statefulSet>) => {
      const { serviceName, selector, podManagementPolicy, ordinals } = set.spec as apps.v1.StatefulSetSpec;
      return { name: set.metadata, serviceName, selector, podManagementPolicy, ordinals };
    };
    const changed = { ...fullService, instances: 5, limits: { memory: 4096 }, ports: [], leaderElection: undefined };
    const { leaderElection: _, ...other } = changed;
    const args = settings({ images: { repository: "elsewhere" }, exposure: { type: "ClusterIP" } });
    expect(fixed(statefulSet(other, "pg:2", args))).toEqual(fixed(statefulSet(fullService, "pg:1", settings())));
  });
});
