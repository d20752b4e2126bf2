import type { core } from "@pulumi/kubernetes/types/input.js";
import type { Service } from "../service.ts";
import type { KubernetesPlatformSettings } from "./args.ts";
import { mountedFolders } from "./files.ts";
import { instanceOf, selectorOf, stackLabels } from "./names.ts";
import { readinessProbe } from "./probe.ts";
import { scratchFolders } from "./scratch.ts";

/** The variable that holds a pod's own name, for the others of its environment. */
const podName = "POD_NAME";

/** A pod's volumes that need no claim, each with the folder where it is mounted. */
interface Mounted {
  readonly path: string;
  readonly volume: core.v1.Volume;
}

/** Every pod of a service. It meets the `restricted` standard. https://kubernetes.io/docs/concepts/security/pod-security-standards/ */
export function podTemplate(
  service: Service,
  image: string,
  settings: KubernetesPlatformSettings,
): core.v1.PodTemplateSpec {
  const { namespace, images } = settings;
  const { leaderElection, stop, user } = service;
  const mounted = [...mountedFolders(service), ...scratch(service), ...sharedMemory(service)];
  return {
    metadata: {
      labels: { ...stackLabels(namespace), ...selectorOf(service.name, namespace), ...leaderElection?.labels },
    },
    spec: {
      serviceAccountName: service.name,
      automountServiceAccountToken: leaderElection !== undefined,
      // Variables such as MINIO_PORT, made up from the names of Services, would be taken for the programs' own.
      enableServiceLinks: false,
      terminationGracePeriodSeconds: stop.grace,
      ...(images.pullSecrets.length > 0 ? { imagePullSecrets: images.pullSecrets.map((name) => ({ name })) } : {}),
      securityContext: {
        runAsNonRoot: true,
        runAsUser: user,
        runAsGroup: user,
        fsGroup: user,
        // The default would make PGDATA writable for its group at every start, and PostgreSQL refuse it.
        fsGroupChangePolicy: "OnRootMismatch",
        seccompProfile: { type: "RuntimeDefault" },
      },
      // Names are fully qualified: the cluster's search list would only add lookups that fail.
      dnsConfig: { options: [{ name: "ndots", value: "1" }] },
      topologySpreadConstraints: spread(service.name, namespace),
      containers: [container(service, image, settings, mounted)],
      volumes: mounted.map(({ volume }) => volume),
    },
  };
}

function container(
  service: Service,
  image: string,
  settings: KubernetesPlatformSettings,
  mounted: readonly Mounted[],
): core.v1.Container {
  const { command, environment, health, ports } = service;
  return {
    name: service.role,
    image,
    imagePullPolicy: settings.images.pullPolicy,
    // The image's entry point stays, as with Docker's command.
    ...(command === undefined ? {} : { args: [...command] }),
    ...(environment === undefined ? {} : { env: variables(service.name, environment, settings) }),
    ports: ports.map(({ name, port }) => ({ name, containerPort: port, protocol: "TCP" })),
    readinessProbe: readinessProbe(health),
    ...stopHook(service),
    resources: resources(service),
    securityContext: {
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
      readOnlyRootFilesystem: true,
    },
    volumeMounts: [
      ...service.volumes.map(({ name, path }) => ({ name, mountPath: path })),
      ...mounted.map(({ path, volume }) => ({ name: volume.name, mountPath: path })),
    ],
  };
}

/** One template stands for all pods: what differs between them is said with the pod's own name, which the kubelet fills in. */
function variables(
  service: string,
  environment: NonNullable<Service["environment"]>,
  settings: KubernetesPlatformSettings,
): core.v1.EnvVar[] {
  const own = environment(instanceOf(service, `$(${podName})`, settings));
  return [
    // First: a variable may only name those before it.
    { name: podName, valueFrom: { fieldRef: { fieldPath: "metadata.name" } } },
    ...Object.entries(own).map(([name, value]) => ({ name, value })),
  ];
}

/** Memory is reserved in full, so that a node never has to take it back from a server. */
function resources({ limits }: Service): core.v1.ResourceRequirements {
  const memory = `${limits.memory}Mi`;
  const cpu = limits.cores === undefined ? {} : { cpu: String(limits.cores) };
  return { requests: { memory, ...cpu }, limits: { memory, ...cpu } };
}

/** The kubelet sends SIGTERM unless the image says otherwise; another signal goes out before that, and ends the container with its first process. */
function stopHook({ stop }: Service): Pick<core.v1.Container, "lifecycle"> {
  if (stop.signal === "SIGTERM") return {};
  const signal = stop.signal.replace(/^SIG/, "");
  return {
    lifecycle: { preStop: { exec: { command: ["/bin/sh", "-c", `kill -s ${signal} 1; sleep ${stop.grace}`] } } },
  };
}

function scratch({ role }: Service): Mounted[] {
  return scratchFolders[role].map((path, index) => ({ path, volume: { name: `scratch-${index + 1}`, emptyDir: {} } }));
}

function sharedMemory({ limits }: Service): Mounted[] {
  if (limits.sharedMemory === undefined) return [];
  const emptyDir = { medium: "Memory", sizeLimit: `${limits.sharedMemory}Mi` };
  return [{ path: "/dev/shm", volume: { name: "shared-memory", emptyDir } }];
}

/** No node holds two instances while another could hold one; zones likewise, as far as the volumes allow it. */
function spread(service: string, namespace: string): core.v1.TopologySpreadConstraint[] {
  const constraint = { maxSkew: 1, labelSelector: { matchLabels: selectorOf(service, namespace) } };
  return [
    {
      ...constraint,
      topologyKey: "kubernetes.io/hostname",
      whenUnsatisfiable: "DoNotSchedule",
      // A dead node must not keep the others from taking more than their share.
      nodeTaintsPolicy: "Honor",
    },
    { ...constraint, topologyKey: "topology.kubernetes.io/zone", whenUnsatisfiable: "ScheduleAnyway" },
  ];
}
