import { containersOf } from "./containers.ts";
import { isType, type Resource } from "./resource.ts";
import { type Properties, text } from "./values.ts";

/** Ports of PostgreSQL, its poolers and balancers, Patroni's REST API and etcd. */
export const databasePorts: ReadonlyMap<number, string> = new Map([
  [5432, "PostgreSQL"],
  [5433, "PostgreSQL's replicas"],
  [6432, "the write pool"],
  [6433, "the read pool"],
  [8008, "Patroni's REST API"],
  [2379, "etcd"],
  [2380, "etcd's peers"],
]);

/** The service of this library that an object's labels name, e.g. `haproxy`; `undefined` for what is not this library's. */
export function ownService(labels: Properties): string | undefined {
  const isOurs = labels["app.kubernetes.io/part-of"] === "pulumi-postgres-ha";
  return text(labels["pulumi-postgres-ha.service"] ?? (isOurs ? labels["app.kubernetes.io/name"] : undefined));
}

/** Whether a resource runs PostgreSQL under Patroni, or configures it. */
export function isCluster(resource: Resource): boolean {
  if (isType(resource, "postgres-ha:index:PatroniConfiguration", "pulumi-postgres-ha:components:PatroniCluster")) {
    return true;
  }
  return containersOf(resource).some(
    ({ labels, variables }) =>
      ownService(labels) === "postgres" ||
      variables.some(([name, value]) => name === "PATRONI_SCOPE" || (name === "PATRONI_NAME" && text(value) !== "")),
  );
}
