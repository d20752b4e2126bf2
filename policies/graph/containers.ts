import { isType, type Resource } from "./resource.ts";
import { at, list, type Properties, record, text, texts, unknown, type Value } from "./values.ts";

/** What runs as a container, on any platform. */
export interface Container {
  /** For messages: empty where the resource is one container, else e.g. `container postgres`. */
  readonly where: string;
  readonly image: Value;
  /** Whether the memory that it may take has a limit. */
  readonly memoryLimit: "set" | "missing" | typeof unknown;
  /** What says that it runs as root, e.g. `user 0`; empty where nothing does. */
  readonly root: readonly string[];
  readonly variables: readonly (readonly [name: string, value: Value])[];
  readonly command: readonly string[];
  readonly labels: Properties;
}

const podTemplates = [
  "kubernetes:apps:StatefulSet",
  "kubernetes:apps:Deployment",
  "kubernetes:apps:DaemonSet",
  "kubernetes:apps:ReplicaSet",
  "kubernetes:batch:Job",
];

/** The pods' specification of a Kubernetes workload. */
export function podOf(resource: Resource): Properties | undefined {
  if (isType(resource, "kubernetes:core:Pod")) return resource.props;
  if (isType(resource, ...podTemplates)) return record(at(resource.props, "spec", "template"));
  if (isType(resource, "kubernetes:batch:CronJob")) {
    return record(at(resource.props, "spec", "jobTemplate", "spec", "template"));
  }
  return undefined;
}

/** The containers that a resource runs; none for a resource that runs none. */
export function containersOf(resource: Resource): Container[] {
  if (isType(resource, "docker:index:Container")) return [dockerContainer(resource.props)];
  const pod = podOf(resource);
  if (pod === undefined) return [];
  const spec = record(pod.spec);
  const labels = record(at(pod, "metadata", "labels"));
  return [...list(spec.initContainers), ...list(spec.containers)].map((entry) =>
    podContainer(record(entry), record(spec.securityContext), labels),
  );
}

function dockerContainer(props: Properties): Container {
  const { image, memory, user } = props;
  return {
    where: "",
    image,
    memoryLimit:
      memory === unknown ? unknown : memory === undefined || memory === null || memory === 0 ? "missing" : "set",
    root: [
      ...(user === undefined || user === null || user === "" ? ["no user is set, so that the image's decides"] : []),
      ...(typeof user === "string" && /^(0|root)(:|$)/.test(user) ? [`user ${user}`] : []),
      ...(props.privileged === true ? ["privileged true"] : []),
    ],
    variables: texts(props.envs).map(splitVariable),
    command: [...texts(props.entrypoints), ...texts(props.command)],
    labels: Object.fromEntries(list(props.labels).map((entry) => [text(at(entry, "label")) ?? "", at(entry, "value")])),
  };
}

function splitVariable(variable: string): readonly [string, string] {
  const equals = variable.indexOf("=");
  return equals < 0 ? [variable, ""] : [variable.slice(0, equals), variable.slice(equals + 1)];
}

function podContainer(container: Properties, podSecurity: Properties, labels: Properties): Container {
  const security = { ...podSecurity, ...record(container.securityContext) };
  const { runAsUser, runAsNonRoot, privileged } = security;
  const limit = at(container, "resources", "limits", "memory");
  const mayBeRoot = runAsUser === undefined && runAsNonRoot !== true && runAsNonRoot !== unknown;
  return {
    where: `container ${text(container.name) ?? "without a name"}`,
    image: container.image,
    memoryLimit: limit === unknown ? unknown : limit === undefined || limit === null ? "missing" : "set",
    root: [
      ...(mayBeRoot ? ["neither runAsUser nor runAsNonRoot is set, so that the image's user decides"] : []),
      ...(runAsUser === 0 ? ["runAsUser 0"] : []),
      ...(privileged === true ? ["privileged true"] : []),
    ],
    variables: list(container.env).map((entry) => [text(at(entry, "name")) ?? "", at(entry, "value")] as const),
    command: [...texts(container.command), ...texts(container.args)],
    labels,
  };
}
