import type { StatefulSetArgs } from "@pulumi/kubernetes/apps/v1/statefulSet.js";
import type { Service } from "../service.ts";
import type { KubernetesPlatformSettings } from "./args.ts";
import { firstOrdinal, metadataOf, notAwaited, podsService, selectorOf } from "./names.ts";
import { podTemplate } from "./pod.ts";
import { claimSpec } from "./volume-claim.ts";

/**
 * A service's instances. A StatefulSet for every service, also for those without volumes: instances are known by name (HAProxy lists the poolers), and
 * only a StatefulSet's pods keep theirs.
 * https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/
 */
export function statefulSet(service: Service, image: string, settings: KubernetesPlatformSettings): StatefulSetArgs {
  const { namespace } = settings;
  return {
    metadata: {
      ...metadataOf(service.name, service.name, namespace),
      ...(service.waitForHealth ? {} : { annotations: notAwaited }),
    },
    spec: {
      serviceName: podsService(service.name),
      replicas: service.instances,
      ordinals: { start: firstOrdinal },
      selector: { matchLabels: selectorOf(service.name, namespace) },
      // The members of a quorum need each other to become ready.
      podManagementPolicy: "Parallel",
      updateStrategy: updateStrategy(service),
      template: podTemplate(service, image, settings),
      ...claims(service, settings),
    },
  };
}

/** A pod with data is never replaced by an `up`: who leads decides about the order, which Kubernetes does not know. */
function updateStrategy({ volumes }: Service) {
  return { type: volumes.length > 0 ? "OnDelete" : "RollingUpdate" };
}

function claims(service: Service, settings: KubernetesPlatformSettings) {
  if (service.volumes.length === 0) return {};
  return {
    persistentVolumeClaimRetentionPolicy: { whenDeleted: "Retain", whenScaled: "Retain" },
    volumeClaimTemplates: service.volumes.map((volume) => ({
      metadata: { name: volume.name },
      spec: claimSpec(volume, settings),
    })),
  };
}
