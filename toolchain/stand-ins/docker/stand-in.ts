import type { StandIn } from "../framework/types.ts";
import { addressOf } from "./address.ts";
import { container } from "./container.ts";
import { Engine } from "./engine.ts";
import { network } from "./network.ts";
import { registriesOf } from "./registries.ts";
import { remoteImage } from "./remote-image.ts";
import { volume } from "./volume.ts";

/** Stands in for `pulumi-resource-docker`, over the HTTP interface of the Docker engine. */
export const docker: StandIn<Engine> = {
  name: "docker",
  version: "5.2.0",
  // `disableDockerDaemonCheck` asks for what this stand-in always does: it talks to the engine when there is work for it.
  // `sshOpts` matter only for a host that is reached through ssh, which is refused by name when there is work for it.
  config: ["host", "registryAuth", "disableDockerDaemonCheck", "sshOpts"],
  configure: (config) => new Engine(addressOf(config.host), registriesOf(config.registryAuth)),
  resources: {
    "docker:index/container:Container": container,
    "docker:index/network:Network": network,
    "docker:index/remoteImage:RemoteImage": remoteImage,
    "docker:index/volume:Volume": volume,
  },
};
