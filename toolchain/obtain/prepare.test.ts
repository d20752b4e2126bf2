import { describe, expect, it } from "vitest";
import { engineVariables, pulumiVariables } from "./prepare.ts";

const here = { cache: "/cache", state: "/state", shims: "/shims", plugins: "/plugins" };
const env = { PATH: "/usr/bin:/bin" };

describe("pulumiVariables", () => {
  it("puts the stand-ins before everything else", () => {
    const program = { path: "/cache/pulumi/built/pulumi", folder: "/cache/pulumi/built", standIns: true };
    const variables = pulumiVariables(program, here, env);
    expect(variables).toEqual({
      PATH: "/shims:/plugins:/cache/pulumi/built:/usr/bin:/bin",
      PULUMI_SKIP_UPDATE_CHECK: "1",
      PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
    });
    expect(pulumiVariables(program, here, { ...env, ...variables }).PATH).toBe(variables.PATH);
  });

  it("lets a downloaded program fetch its plugins", () => {
    const program = {
      path: "/cache/pulumi/official/bin/pulumi",
      folder: "/cache/pulumi/official/bin",
      standIns: false,
    };
    expect(pulumiVariables(program, here, env)).toEqual({
      PATH: "/plugins:/cache/pulumi/official/bin:/usr/bin:/bin",
      PULUMI_SKIP_UPDATE_CHECK: "1",
    });
  });

  it("adds only our own provider where the user has Pulumi", () => {
    const program = { path: "/usr/bin/pulumi", folder: "/usr/bin", standIns: false };
    expect(pulumiVariables(program, here, env)).toEqual({
      PATH: "/plugins:/usr/bin:/bin",
      PULUMI_SKIP_UPDATE_CHECK: "1",
    });
  });
});

it.each([
  [{ address: "unix:///var/run/docker.sock", namedBy: undefined }, {}],
  [{ address: "tcp://engine:2375", namedBy: "DOCKER_HOST" }, {}],
  [
    { address: "unix:///home/ann/.docker/run/docker.sock", namedBy: "docker context desktop-linux" },
    { DOCKER_HOST: "unix:///home/ann/.docker/run/docker.sock" },
  ],
])("tells those who know no contexts which engine is meant: %o", (address, variables) => {
  expect(engineVariables(address)).toEqual(variables);
});
