import type { Resource } from "./graph/resource.ts";
import type { Properties } from "./graph/values.ts";
import type { ResourceRule, StackRule } from "./rule.ts";

/** A resource for a test. */
export function sample(type: string, props: Properties, options: Partial<Resource> = {}): Resource {
  const name = options.name ?? "it";
  return { type, name, urn: `urn:pulumi:test::test::${type}::${name}`, props, protect: false, ...options };
}

export const container = (props: Properties) => sample("docker:index/container:Container", props);

/** A pod of a StatefulSet with one container. */
export function statefulSet(pod: Properties, spec: Properties = {}): Resource {
  return sample("kubernetes:apps/v1:StatefulSet", { spec: { ...spec, template: { spec: pod } } });
}

/** Patroni's configuration as our own provider holds it. */
export const patroni = (configuration: Properties) =>
  sample("postgres-ha:index:PatroniConfiguration", { configuration });

export const files = (contents: Readonly<Record<string, string>>) =>
  sample("postgres-ha:index:InstanceFiles", {
    files: Object.fromEntries(Object.entries(contents).map(([path, content]) => [path, { content }])),
  });

export const configMap = (data: Properties) => sample("kubernetes:core/v1:ConfigMap", { data });

export const problemsOf = (rule: ResourceRule, ...resources: readonly Resource[]): string[] =>
  resources.flatMap((resource) => rule.problems(resource));

export const stackProblemsOf = (rule: StackRule, ...resources: readonly Resource[]): string[] =>
  rule.stackProblems(resources).map(({ message }) => message);
