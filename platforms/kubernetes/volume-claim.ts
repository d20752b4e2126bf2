import type { PersistentVolumeClaimArgs } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim.js";
import type { core } from "@pulumi/kubernetes/types/input.js";
import type { ServiceVolume } from "../service.ts";
import type { KubernetesPlatformSettings } from "./args.ts";
import { claimName, metadataOf, notAwaited } from "./names.ts";

/** What is asked of the cluster for a volume. */
export function claimSpec(volume: ServiceVolume, settings: KubernetesPlatformSettings) {
  const { storageClass, volumeSize } = settings;
  return {
    accessModes: ["ReadWriteOnce"],
    ...(storageClass === undefined ? {} : { storageClassName: storageClass }),
    resources: { requests: { storage: volume.size === undefined ? quantity(volumeSize) : `${volume.size}Mi` } },
  } satisfies core.v1.PersistentVolumeClaimSpec;
}

/**
 * The claim of one pod's volume, under the name by which the StatefulSet looks for it. It is declared beside the StatefulSet, which would make it
 * otherwise: so that it is seen, protected, and can grow.
 */
export function volumeClaim(
  service: string,
  volume: ServiceVolume,
  pod: string,
  settings: KubernetesPlatformSettings,
): PersistentVolumeClaimArgs {
  return {
    metadata: {
      ...metadataOf(claimName(volume.name, pod), service, settings.namespace),
      // Many classes bind a claim only once a pod has a node.
      annotations: notAwaited,
    },
    spec: claimSpec(volume, settings),
  };
}

/** `10GiB`, as Kubernetes writes it. */
function quantity(size: string): string {
  return size.replace(/B$/, "");
}
