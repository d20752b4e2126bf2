import { containersOf } from "./containers.ts";
import { isType, type Resource } from "./resource.ts";
import { text } from "./values.ts";

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

const serviceLabel = "pulumi-postgres-ha.service";

/** The service that this library's labels name, e.g. `haproxy`; `undefined` for what is not this library's. */
export function ownService(labels: Readonly<Record<string, unknown>>): string | undefined {
  const value = labels[serviceLabel] ?? labels["pulumi-postgres-ha/service"];
  return typeof value === "string" ? value : undefined;
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
