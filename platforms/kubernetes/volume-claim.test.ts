import { expect, it } from "vitest";
import { settings } from "../../test/support/kubernetes-service.ts";
import { volumeClaim } from "./volume-claim.ts";

const volume = { name: "data", path: "/var/lib/store" };

it("a claim has the name that the StatefulSet looks for, and the size of the volume or else the platform's", () => {
  expect(volumeClaim("store", { ...volume, size: 2048 }, "store-1", settings())).toMatchObject({
    metadata: { name: "data-store-1", namespace: "ns" },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "2048Mi" } } },
  });
  const claim = volumeClaim("store", volume, "store-2", settings({ volumeSize: "20GiB", storageClass: "fast" }));
  expect(claim.spec).toEqual({
    accessModes: ["ReadWriteOnce"],
    storageClassName: "fast",
    resources: { requests: { storage: "20Gi" } },
  });
});
