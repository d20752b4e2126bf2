import { Namespace } from "@pulumi/kubernetes/core/v1/namespace.js";
import { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy.js";
import { Provider } from "@pulumi/kubernetes/provider.js";
import { ComponentResource, type ComponentResourceOptions } from "@pulumi/pulumi";
import { parseArguments } from "../../components/arguments.ts";
import type { ElectionStore, Instance, PlacedService, PlaceOptions, Platform, Service } from "../service.ts";
import { type KubernetesPlatformArgs, type KubernetesPlatformSettings, kubernetesPlatformArgs } from "./args.ts";
import { instancesOf, serviceHost } from "./names.ts";
import { namespaceArgs } from "./namespace.ts";
import { denyAll } from "./network-policy.ts";
import { KubernetesService } from "./placed-service.ts";

/**
 * A namespace of its own in a Kubernetes cluster: a StatefulSet for each service, closed to everybody but the stack itself unless told otherwise. The
 * cluster is the one that kubectl would speak to. Images are not built here: see `images` of the arguments.
 *
 * The namespace and every volume's claim are protected: removing the namespace would remove the claims.
 */
export class KubernetesPlatform extends ComponentResource implements Platform {
  readonly electionStore: ElectionStore;
  readonly #settings: KubernetesPlatformSettings;
  readonly #provider: Provider;
  readonly #namespace: Namespace;

  constructor(name: string, args: KubernetesPlatformArgs, opts?: ComponentResourceOptions) {
    super("pulumi-postgres-ha:kubernetes:Platform", name, {}, opts);
    this.#settings = parseArguments(`KubernetesPlatform ${name}`, kubernetesPlatformArgs, args);
    const { namespace, context } = this.#settings;
    this.electionStore = { namespace };
    this.#provider = new Provider(
      `${name}-cluster`,
      // By default the provider replaces a ConfigMap or a Secret whose content changes, under the eyes of the pods that have it mounted.
      { enableConfigMapMutable: true, enableSecretMutable: true, ...(context === undefined ? {} : { context }) },
      { parent: this },
    );
    const own = { parent: this, provider: this.#provider };
    this.#namespace = new Namespace(`${name}-namespace`, namespaceArgs(namespace), { ...own, protect: true });
    new NetworkPolicy(`${name}-deny-all`, denyAll(namespace), { ...own, dependsOn: this.#namespace });
    this.registerOutputs({});
  }

  instances(service: string, count: number): readonly Instance[] {
    return instancesOf(service, count, this.#settings);
  }

  address(service: string): string {
    return serviceHost(service, this.#settings);
  }

  place(service: Service, options: PlaceOptions): PlacedService {
    const place = { settings: this.#settings, provider: this.#provider, namespace: this.#namespace };
    return new KubernetesService(service, place, options);
  }
}
