import { containersOf } from "../graph/containers.ts";
import { patroniSettingsOf } from "../graph/patroni.ts";
import type { Resource } from "../graph/resource.ts";
import { text } from "../graph/values.ts";
import type { ResourceRule } from "../rule.ts";

export const oddConsensus: ResourceRule = {
  name: "odd-consensus",
  description: "A consensus store has an odd number of members.",
  enforcement: "advisory",
  problems: (resource) =>
    [...etcdMembers(resource), ...raftMembers(resource)]
      .filter(({ count }) => count % 2 === 0)
      .map(
        ({ store, count }) =>
          `${store} has ${count} members, which survive the loss of no more than ${count - 1} would. Use 1, 3, 5 or 7.`,
      ),
};

interface Store {
  readonly store: string;
  readonly count: number;
}

/** Every member names them all; the first tells. */
function etcdMembers(resource: Resource): Store[] {
  return containersOf(resource).flatMap(({ variables, command }) => {
    const variable = (name: string) => text(variables.find(([known]) => known === name)?.[1]);
    const option = (name: string) =>
      command
        .map((word, index) =>
          word === `--${name}`
            ? command[index + 1]
            : word.startsWith(`--${name}=`)
              ? word.split("=").slice(1).join("=")
              : undefined,
        )
        .find((value) => value !== undefined);
    const cluster = variable("ETCD_INITIAL_CLUSTER") ?? option("initial-cluster");
    if (cluster === undefined) return [];
    const members = cluster.split(",").filter((member) => member.trim() !== "");
    const own = variable("ETCD_NAME") ?? option("name");
    const isFirst = own === undefined || own.includes("$") || members[0]?.split("=")[0] === own;
    return isFirst ? [{ store: "etcd", count: members.length }] : [];
  });
}

function raftMembers(resource: Resource): Store[] {
  return patroniSettingsOf(resource)
    .filter(({ raftMembers }) => raftMembers.length > 0)
    .map(({ raftMembers }) => ({ store: "Raft", count: raftMembers.length }));
}
