import { describe, expect, it } from "vitest";
import { bareService, fullService, settings } from "../../test/support/kubernetes-service.ts";
import { podTemplate } from "./pod.ts";

const pod = podTemplate(fullService, "pg:1", settings());
const bare = podTemplate(bareService, "haproxy:1", settings({ images: { pullSecrets: ["login"] } }));

describe("a pod", () => {
  it("runs as its one user, without any privilege, on a file system that it cannot change", () => {
    for (const template of [pod, bare]) {
      expect(template).toMatchObject({
        spec: {
          enableServiceLinks: false,
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 999,
            runAsGroup: 999,
            fsGroup: 999,
            fsGroupChangePolicy: "OnRootMismatch",
            seccompProfile: { type: "RuntimeDefault" },
          },
          containers: [
            {
              securityContext: {
                allowPrivilegeEscalation: false,
                capabilities: { drop: ["ALL"] },
                readOnlyRootFilesystem: true,
              },
            },
          ],
        },
      });
    }
  });

  it("learns its own name before everything that is made of it", () => {
    expect(pod).toMatchObject({
      spec: {
        containers: [
          {
            env: [
              { name: "POD_NAME", valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
              { name: "NAME", value: "$(POD_NAME)" },
              { name: "ADDRESS", value: "$(POD_NAME).store-pods.ns.svc.cluster.local:5432" },
            ],
          },
        ],
      },
    });
  });

  it("has its memory to itself, shared memory of its size, and processors where they are limited", () => {
    const amounts = { memory: "512Mi", cpu: "1.5" };
    expect(pod).toMatchObject({ spec: { containers: [{ resources: { requests: amounts, limits: amounts } }] } });
    expect(pod.spec).toMatchObject({
      volumes: expect.arrayContaining([{ name: "shared-memory", emptyDir: { medium: "Memory", sizeLimit: "128Mi" } }]),
    });
    const least = { memory: "64Mi" };
    expect(bare).toMatchObject({ spec: { containers: [{ resources: { requests: least, limits: least } }] } });
    expect(JSON.stringify(bare)).not.toContain("cpu");
    expect(JSON.stringify(bare)).not.toContain("shared-memory");
  });

  it("gets traffic while it is healthy, and is never killed for its health", () => {
    expect(pod).toMatchObject({
      spec: {
        containers: [
          {
            readinessProbe: {
              exec: { command: ["/healthy"] },
              periodSeconds: 5,
              timeoutSeconds: 3,
              failureThreshold: 4,
            },
          },
        ],
      },
    });
    expect(JSON.stringify(pod)).not.toMatch(/livenessProbe|startupProbe/);
  });

  it("ends by the signal that its program wants, within its time", () => {
    expect(pod).toMatchObject({
      spec: {
        terminationGracePeriodSeconds: 30,
        containers: [{ lifecycle: { preStop: { exec: { command: ["/bin/sh", "-c", "kill -s INT 1; sleep 30"] } } } }],
      },
    });
    expect(JSON.stringify(bare)).not.toContain("lifecycle");
  });

  it("keeps the image's entry point", () => {
    expect(pod).toMatchObject({ spec: { containers: [{ image: "pg:1", args: ["serve", "--all"] }] } });
    expect(JSON.stringify(pod)).not.toContain('"command":["serve"');
  });

  it("mounts its volumes, its files and what it may write to", () => {
    const mounts = [
      { name: "data", mountPath: "/var/lib/store" },
      { name: "files-1", mountPath: "/etc/store" },
      { name: "files-2", mountPath: "/etc/other" },
      { name: "scratch-1", mountPath: "/tmp" },
      { name: "scratch-2", mountPath: "/run/postgresql" },
      { name: "shared-memory", mountPath: "/dev/shm" },
    ];
    expect(pod).toMatchObject({ spec: { containers: [{ volumeMounts: mounts }] } });
  });

  it("has a token for the cluster's API where it holds an election, and the labels of that", () => {
    expect(pod).toMatchObject({
      metadata: { labels: { "cluster-name": "x", "app.kubernetes.io/name": "store" } },
      spec: { serviceAccountName: "store", automountServiceAccountToken: true },
    });
    expect(bare).toMatchObject({ spec: { automountServiceAccountToken: false } });
  });

  it("shares no node with another of its service while there is one without", () => {
    expect(pod).toMatchObject({
      spec: {
        topologySpreadConstraints: [
          {
            topologyKey: "kubernetes.io/hostname",
            maxSkew: 1,
            whenUnsatisfiable: "DoNotSchedule",
            nodeTaintsPolicy: "Honor",
          },
          { topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway" },
        ],
      },
    });
  });

  it("is pulled with the login that is named", () => {
    expect(bare).toMatchObject({ spec: { imagePullSecrets: [{ name: "login" }] } });
    expect(pod.spec).not.toHaveProperty("imagePullSecrets");
  });
});
