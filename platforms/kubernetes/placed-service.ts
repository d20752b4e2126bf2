import { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet.js";
import { ConfigMap } from "@pulumi/kubernetes/core/v1/configMap.js";
import type { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { PersistentVolumeClaim } from "@pulumi/kubernetes/core/v1/persistentVolumeClaim.js";
import { Secret } from "@pulumi/kubernetes/core/v1/secret.js";
import { Service as KubernetesApiService } from "@pulumi/kubernetes/core/v1/service.js";
import { ServiceAccount } from "@pulumi/kubernetes/core/v1/serviceAccount.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget.js";
import type { Provider } from "@pulumi/kubernetes/provider.js";
import { Role } from "@pulumi/kubernetes/rbac/v1/role.js";
import { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding.js";
import { ComponentResource, type Output, type Resource } from "@pulumi/pulumi";
import type { Endpoint, Instance, InstanceAddress, PlacedService, PlaceOptions, Service } from "../service.ts";
import { electionRole, electionRoleBinding, serviceAccount } from "./access.ts";
import type { KubernetesPlatformSettings } from "./args.ts";
import { disruptionBudget } from "./disruption-budget.ts";
import { endpointOf } from "./endpoint.ts";
import { configMap, secret } from "./files.ts";
import { imageName } from "./image-name.ts";
import { instancesOf } from "./names.ts";
import { networkPolicy } from "./network-policy.ts";
import { addressService, exposedService, headlessService } from "./services.ts";
import { statefulSet } from "./stateful-set.ts";
import { volumeClaim } from "./volume-claim.ts";

export interface KubernetesPlace {
  readonly settings: KubernetesPlatformSettings;
  readonly provider: Provider;
  /** Before everything that is in it. */
  readonly namespace: Namespace;
}

/** A service in a Kubernetes cluster: its pods and their names, files, rights and limits, and claims that no `up` replaces and no `destroy` removes unasked. */
export class KubernetesService extends ComponentResource implements PlacedService {
  readonly instances: readonly Instance[];
  readonly addresses: readonly Output<InstanceAddress>[];
  readonly resources: readonly Resource[];
  readonly storage: readonly Resource[];
  readonly #service: Service;
  readonly #settings: KubernetesPlatformSettings;
  /** How the objects are called in Pulumi. */
  readonly #name: string;

  constructor(service: Service, { settings, provider, namespace }: KubernetesPlace, options: PlaceOptions) {
    const name = `${settings.namespace}-${service.name}`;
    super("pulumi-postgres-ha:kubernetes:Service", name, {}, { parent: options.parent });
    this.#service = service;
    this.#settings = settings;
    this.#name = name;
    this.instances = instancesOf(service.name, service.instances, settings);
    const own = { parent: this, provider, dependsOn: [namespace] };
    this.storage = this.#claims(own);
    const needed = [...this.#network(own), ...this.#access(own), ...this.#files(own), ...this.storage];
    const pods = new StatefulSet(name, statefulSet(service, imageName(service, settings), settings), {
      ...own,
      dependsOn: [namespace, ...needed, ...(options.dependsOn ?? [])],
      // The claims are declared by themselves; a template that changes would replace the StatefulSet.
      ignoreChanges: ["spec.volumeClaimTemplates"],
    });
    this.resources = [pods];
    this.addresses = this.instances.map(({ name: pod }) =>
      pods.id.apply(() => ({ kubernetes: { namespace: settings.namespace, pod } })),
    );
    this.registerOutputs({});
  }

  endpoint(name: string): Endpoint {
    const port = this.#service.ports.find((candidate) => candidate.name === name);
    if (port === undefined || !port.exposed) throw new Error(`${this.#service.name} exposes no port "${name}"`);
    return endpointOf(this.#service.name, port, this.#settings);
  }

  #claims(own: Options): Resource[] {
    return this.instances.flatMap(({ name: pod }) =>
      this.#service.volumes.map(
        (volume) =>
          new PersistentVolumeClaim(
            `${this.#settings.namespace}-${pod}-${volume.name}`,
            volumeClaim(this.#service.name, volume, pod, this.#settings),
            { ...own, protect: true },
          ),
      ),
    );
  }

  /** Whoever starts finds the others by name, and only those are let in who shall be. */
  #network(own: Options): Resource[] {
    const { namespace } = this.#settings;
    const exposed = exposedService(this.#service, this.#settings);
    const budget = disruptionBudget(this.#service, namespace);
    return [
      new KubernetesApiService(`${this.#name}-pods`, headlessService(this.#service, namespace), own),
      new KubernetesApiService(`${this.#name}-address`, addressService(this.#service, namespace), own),
      ...(exposed === undefined ? [] : [new KubernetesApiService(`${this.#name}-exposed`, exposed, own)]),
      new NetworkPolicy(`${this.#name}-clients`, networkPolicy(this.#service, this.#settings), own),
      ...(budget === undefined ? [] : [new PodDisruptionBudget(`${this.#name}-budget`, budget, own)]),
    ];
  }

  #access(own: Options): Resource[] {
    const { name, leaderElection } = this.#service;
    const { namespace } = this.#settings;
    const account = new ServiceAccount(`${this.#name}-account`, serviceAccount(name, namespace), own);
    if (leaderElection === undefined) return [account];
    const pods = this.instances.map((instance) => instance.name);
    return [
      account,
      new Role(`${this.#name}-election`, electionRole(name, leaderElection, pods, namespace), own),
      new RoleBinding(`${this.#name}-election`, electionRoleBinding(name, namespace), own),
    ];
  }

  #files(own: Options): Resource[] {
    const { namespace } = this.#settings;
    const plain = configMap(this.#service, namespace);
    const secrets = secret(this.#service, namespace);
    return [
      ...(plain === undefined ? [] : [new ConfigMap(`${this.#name}-files`, plain, own)]),
      ...(secrets === undefined ? [] : [new Secret(`${this.#name}-secret-files`, secrets, own)]),
    ];
  }
}

interface Options {
  readonly parent: ComponentResource;
  readonly provider: Provider;
  readonly dependsOn: Resource[];
}
