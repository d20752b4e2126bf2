import { isType, type Resource } from "./resource.ts";
import { at, list, number, type Properties, record, text, type Value } from "./values.ts";

export const isEverybody = (range: string): boolean => range === "0.0.0.0/0" || range === "::/0";

/** Whether the stack's NetworkPolicies keep strangers from a port of the pods that a Service selects. */
export function isGuarded(selector: Properties, port: number, resources: readonly Resource[]): boolean {
  const policies = resources
    .filter((resource) => isType(resource, "kubernetes:networking.k8s.io:NetworkPolicy"))
    .map(({ props }) => record(props.spec))
    .filter((spec) => selects(record(at(spec, "podSelector", "matchLabels")), selector));
  const rules = policies.flatMap((spec) => list(spec.ingress));
  return policies.length > 0 && !rules.some((rule) => isAbout(rule, port) && letsInEverybody(rule));
}

/** A selector without labels selects every pod. */
const selects = (labels: Properties, pod: Properties): boolean =>
  Object.entries(labels).every(([name, value]) => text(pod[name]) === text(value));

function isAbout(rule: Value, port: number): boolean {
  const ports = list(at(rule, "ports"));
  // A port may go by a name, or not be known yet.
  return ports.length === 0 || ports.some((entry) => (number(at(entry, "port")) ?? port) === port);
}

function letsInEverybody(rule: Value): boolean {
  const peers = list(at(rule, "from"));
  return peers.length === 0 || peers.some((peer) => isEverybody(text(at(peer, "ipBlock", "cidr")) ?? ""));
}
