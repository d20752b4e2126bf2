import { describe, expect, it } from "vitest";
import { type EngineFound, planEngine } from "./engine.ts";
import { usualAddress } from "./engine-address.ts";

const fresh: EngineFound = {
  address: { address: usualAddress, namedBy: undefined },
  silence: "connect ENOENT /var/run/docker.sock",
  desktop: undefined,
  running: undefined,
  dockerd: undefined,
  mayInstall: true,
  isRoot: true,
  systemd: false,
};
const named = (namedBy: string) => ({ address: { address: "tcp://build:2375", namedBy } });

describe("planEngine", () => {
  it.each<[string, Partial<EngineFound>]>([
    ["as it is", {}],
    ["also when it is named", named("DOCKER_HOST")],
    ["also when we are not root", { isRoot: false, mayInstall: false }],
  ])("uses an engine that answers, %s", (_, found) => {
    expect(planEngine({ ...fresh, silence: undefined, ...found })).toEqual({ do: "use" });
  });

  it.each([
    ["installs and starts one", {}, true, "process"],
    ["lets systemd start it", { systemd: true }, true, "systemd"],
    ["starts an installed one", { dockerd: "/usr/sbin/dockerd" }, false, "process"],
    ["starts an installed one on another system", { dockerd: "/usr/bin/dockerd", mayInstall: false }, false, "process"],
  ])("%s", (_, found, install, through) => {
    expect(planEngine({ ...fresh, ...found })).toEqual({ do: "start", install, through });
  });

  it.each<[string, Partial<EngineFound>, RegExp]>([
    ["a DOCKER_HOST", named("DOCKER_HOST"), /tcp:\/\/build:2375 does not answer.*\n.*unset DOCKER_HOST\./],
    ["a context", named("docker context build"), /docker context build names it/],
    ["a desktop product", { desktop: "Docker Desktop" }, /Docker Desktop is installed: start it/],
    ["a socket of others", { silence: "connect EACCES /var/run/docker.sock" }, /group docker/],
    ["an engine elsewhere", { running: 42, dockerd: "/usr/sbin/dockerd" }, /pid 42/],
    ["a machine without root", { isRoot: false, mayInstall: false }, /apt-get install docker\.io/],
    [
      "an installed engine without root",
      { isRoot: false, mayInstall: false, dockerd: "/usr/sbin/dockerd" },
      /Start it as root/,
    ],
  ])("touches nothing where there is %s", (_, found, message) => {
    const plan = planEngine({ ...fresh, ...found });
    expect(plan).toMatchObject({ do: "refuse", because: expect.stringMatching(message) });
  });
});
