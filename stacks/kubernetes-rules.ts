import type { Problem, Rule } from "../components/arguments.ts";
import { noElectionStore } from "../components/consensus/election-store.ts";
import { exposedPorts, type HaPostgresSettings } from "../components/ha-postgres/args.ts";
import type { KubernetesPlatformSettings } from "../platforms/kubernetes/args.ts";

type Settings = Pick<HaPostgresSettings, "balancer" | "bucket"> & {
  readonly kubernetes: Pick<KubernetesPlatformSettings, "exposure">;
};

/** What the settings of a system on Kubernetes must fit. */
export const kubernetesRules: readonly Rule<Settings>[] = [nodePortRule];

/** With node ports, each exposed port needs one of its own, and nothing else does. */
function nodePortRule({ kubernetes: { exposure }, ...settings }: Settings): Problem[] {
  if (exposure.type !== "NodePort") return [];
  const { nodePorts } = exposure;
  const ports = exposedPorts(settings).map(({ path, port }) => ({ setting: path.join("."), port: String(port) }));
  const missing = ports.filter(({ port }) => nodePorts[port] === undefined);
  const spare = Object.keys(nodePorts).filter((port) => !ports.some((exposed) => exposed.port === port));
  const twice = Object.entries(nodePorts).filter(
    ([, chosen], index, all) => all.findIndex(([, other]) => other === chosen) !== index,
  );
  const path = "kubernetes.exposure.nodePorts";
  return [
    ...missing.map(({ setting, port }) => ({
      path,
      message: `${setting} exposes ${port}, for which there is no node port; add "${port}": a port of the cluster's range, by default 30000 to 32767`,
    })),
    ...spare.map((port) => ({
      path: `${path}.${port}`,
      message: `no service exposes ${port}; exposed are ${ports.map((exposed) => exposed.port).join(", ")}`,
    })),
    ...twice.map(([port, chosen]) => ({
      path: `${path}.${port}`,
      message: `${chosen} is the node port of another port already; each needs its own`,
    })),
  ];
}

/** Where the members run beside no Kubernetes API, it can keep nothing for them. */
export function electionStoreRule({ consensus }: Pick<HaPostgresSettings, "consensus">): Problem[] {
  return consensus.kind === "kubernetes" ? [noElectionStore("consensus.kind")] : [];
}
