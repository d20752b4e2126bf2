import * as docker from "@pulumi/docker";
import { ComponentResource, type Resource } from "@pulumi/pulumi";
import { Images } from "../docker/images.ts";
import type { RemoteEngine } from "../docker/placed-service.ts";
import type { Machine } from "./args.ts";
import type { EngineAddress } from "./engine-address.ts";

/** The Docker engine of one machine, with the network and the images of a stack. */
export class MachineEngine extends ComponentResource {
  readonly machine: Machine;
  readonly engine: RemoteEngine;
  readonly network: docker.Network;
  readonly images: Images;

  constructor(
    stack: string,
    machine: Machine,
    { host, sshOpts }: EngineAddress,
    options: { parent: ComponentResource; dependsOn: readonly Resource[] },
  ) {
    const name = `${stack}-${machine.name}`;
    super("pulumi-postgres-ha:machines:Machine", name, {}, { parent: options.parent });
    const provider = new docker.Provider(
      name,
      // Without the check a preview needs no machine that answers, and one that is made in the same run may still be on its way.
      { host, sshOpts: [...sshOpts], disableDockerDaemonCheck: true },
      { parent: this, dependsOn: [...options.dependsOn] },
    );
    this.machine = machine;
    this.engine = { provider, host };
    // Not the host's network: there every program would listen on every address that the machine has, the public one too.
    this.network = new docker.Network(
      `${name}-network`,
      { name: stack, driver: "bridge", labels: [{ label: "pulumi-postgres-ha.stack", value: stack }] },
      { parent: this, provider, deleteBeforeReplace: true },
    );
    this.images = new Images({ parent: this, provider }, `${name}-`);
    this.registerOutputs({});
  }
}
