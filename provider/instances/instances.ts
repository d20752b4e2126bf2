import type { InstanceAddress } from "../../platforms/service.ts";
import { addressOf } from "../../toolchain/stand-ins/docker/address.ts";
import { Engine } from "../../toolchain/stand-ins/docker/engine.ts";
import { DockerInstance } from "./docker-instance.ts";
import type { Instance } from "./instance.ts";

/** Finds running instances by their addresses. */
export class Instances {
  readonly #engines = new Map<string, Engine>();

  /** @throws where this release cannot reach instances of that kind. */
  at(address: InstanceAddress): Instance {
    if ("docker" in address) {
      const { container, name, host } = address.docker;
      return new DockerInstance(this.#engine(host ?? ""), container, name);
    }
    const { namespace, pod } = address.kubernetes;
    throw new Error(
      `${pod} in ${namespace} cannot be reached: this release previews Kubernetes, it does not run it yet`,
    );
  }

  #engine(host: string): Engine {
    const known = this.#engines.get(host);
    if (known !== undefined) return known;
    const engine = new Engine(addressOf(host));
    this.#engines.set(host, engine);
    return engine;
  }
}
