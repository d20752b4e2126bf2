import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Container, type ContainerArgs, Network, type NetworkArgs, RemoteImage, Volume } from "@pulumi/docker";
import { secret } from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import Docker from "dockerode";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../fixtures/stand-ins/engine.ts";
import { importTestImage } from "../fixtures/stand-ins/image.ts";

/** A life of every resource type of the docker stand-in, in the order in which one goes through it. */
describe("the stand-in for the docker provider", () => {
  const docker = new Docker();
  let engine: Engine;
  let stack: Stack;
  let named: (name: string) => string;
  let labels: { label: string; value: string }[];
  let containerArgs: Partial<ContainerArgs> = {};
  let networkArgs: NetworkArgs = {};
  let imports: { readonly [name: string]: string } = {};
  const context = () => join(engine.folder, "context");

  beforeAll(async () => {
    engine = await Engine.start("docker");
    named = (name) => `${engine.prefix}-${name}`;
    labels = [{ label: "test", value: engine.prefix }];
    await importTestImage(docker, `${named("base")}:1`);
    mkdirSync(context());
    writeFileSync(
      join(context(), "Dockerfile"),
      `FROM ${named("base")}:1\nARG WORD\nRUN echo "$WORD" > /word\nCOPY . /copied/\n`,
    );
    writeFileSync(join(context(), "kept.txt"), "kept");
    writeFileSync(join(context(), "left-out.log"), "left out");
    writeFileSync(join(context(), ".dockerignore"), "*.log\n");
    stack = await engine.stack(async () => {
      const taken = (name: string) => (imports[name] === undefined ? {} : { import: imports[name] });
      const network = new Network("network", { name: named("network"), labels, ...networkArgs }, taken("network"));
      const volume = new Volume("volume", { name: named("volume"), labels }, taken("volume"));
      const image = new RemoteImage("image", {
        name: `${named("built")}:1`,
        build: { context: context(), buildArgs: { WORD: "first" } },
      });
      new Container(
        "container",
        {
          name: named("container"),
          image: image.imageId,
          command: ["sh", "-c", "while test ! -e /stop; do sleep 0.2; done"],
          envs: ["PLAIN=1", secret("PASSWORD=in-the-environment")],
          uploads: [
            {
              file: "/etc/deep/secret.conf",
              content: secret("in-the-file"),
              owner: "999",
              group: "998",
              permissions: "0400",
            },
            { file: "/run.sh", contentBase64: Buffer.from("#!/bin/sh").toString("base64"), executable: true },
          ],
          networksAdvanced: [{ name: network.name, aliases: ["other-name"] }],
          volumes: [{ volumeName: volume.name, containerPath: "/data" }],
          ports: [{ internal: 8080, ip: "127.0.0.1" }],
          healthcheck: { tests: ["CMD", "test", "-e", "/run.sh"], interval: "200ms", timeout: "2s", retries: 5 },
          wait: true,
          restart: "unless-stopped",
          memory: 64,
          capabilities: { drops: ["ALL"] },
          labels,
          destroyGraceSeconds: 1,
          ...containerArgs,
        },
        taken("container"),
      );
    });
  });

  afterAll(async () => {
    await stack.destroy();
    await docker.getImage(`${named("base")}:1`).remove({ force: true });
    await engine.remove();
  });

  const inspect = () => docker.getContainer(named("container")).inspect();
  const changes = async () => (await stack.up()).summary.resourceChanges;
  const run = (...command: string[]) => runAs("0:0", ...command);
  const runAs = async (user: string, ...command: string[]) => {
    const container = docker.getContainer(named("container"));
    const exec = await container.exec({ Cmd: command, User: user, AttachStdout: true, Tty: true });
    const stream = await exec.start({ Tty: true });
    let text = "";
    for await (const chunk of stream) text += String(chunk);
    return text.trim();
  };

  it("shows in a preview what it would make, and makes nothing", async () => {
    expect((await stack.preview()).changeSummary).toEqual({ create: 5 });
    await expect(inspect()).rejects.toThrow(/no such container/i);
  });

  it("makes a network, a volume, an image and a healthy container", async () => {
    expect(await changes()).toEqual({ create: 5 });
    const found = await inspect();
    expect(found.State.Health?.Status).toBe("healthy");
    expect(Object.keys(found.NetworkSettings.Networks)).toEqual([named("network")]);
    expect(found.NetworkSettings.Networks[named("network")]?.Aliases).toContain("other-name");
    expect(found.HostConfig.Binds).toEqual([`${named("volume")}:/data:rw`]);
    expect(await run("cat", "/word", "/copied/kept.txt")).toMatch(/^first\s+kept$/);
    expect(await run("ls", "/copied")).not.toContain("left-out.log");
  });

  it("puts uploads into the container with their owner and mode, and nowhere else", async () => {
    expect(await run("stat", "-c", "%u %g %a", "/etc/deep/secret.conf")).toBe("999 998 400");
    expect(await runAs("999:998", "cat", "/etc/deep/secret.conf")).toBe("in-the-file");
    expect(await runAs("1:998", "cat", "/etc/deep/secret.conf")).toContain("Permission denied");
    expect(await run("stat", "-c", "%a", "/run.sh")).toBe("744");
    expect(JSON.stringify(await inspect())).not.toContain("in-the-file");
  });

  it("has the ids and outputs of the real provider", async () => {
    const found = await inspect();
    const container = await engine.resourceOf("Container");
    const image = await engine.resourceOf("RemoteImage");
    expect(container.id).toBe(found.Id);
    expect(container.outputs).toMatchObject({
      image: found.Image,
      mustRun: true,
      networkDatas: [{ networkName: named("network") }],
      ports: [{ internal: 8080, ip: "127.0.0.1", protocol: "tcp", external: expect.any(Number) }],
    });
    expect(image.id).toBe(`${image.outputs?.imageId}${named("built")}:1`);
    expect((await engine.resourceOf("Volume")).id).toBe(named("volume"));
    expect((await engine.resourceOf("Network")).id).toMatch(/^[0-9a-f]{64}$/);
  });

  const expectNoSecrets = async () => {
    const state = await engine.stateText();
    expect(state).not.toContain("in-the-environment");
    expect(state).not.toContain("in-the-file");
  };

  it("changes nothing in a second run and in a refresh, and keeps secrets out of the state", async () => {
    await expectNoSecrets();
    expect(await changes()).toEqual({ same: 5 });
    expect((await stack.refresh()).summary.resourceChanges).toEqual({ same: 5 });
    expect(await changes()).toEqual({ same: 5 });
    await expectNoSecrets();
  });

  it("changes memory and restart in place", async () => {
    const { Id } = await inspect();
    containerArgs = { memory: 96, restart: "always", destroyGraceSeconds: 2 };
    expect(await changes()).toEqual({ same: 4, update: 1 });
    const found = await inspect();
    expect(found.Id).toBe(Id);
    expect(found.HostConfig.Memory).toBe(96 * 1024 * 1024);
    expect(found.HostConfig.RestartPolicy?.Name).toBe("always");
    await expectNoSecrets();
  });

  it("replaces the container for a new environment, and the volume keeps its data", async () => {
    const { Id } = await inspect();
    await run("touch", "/data/kept");
    containerArgs = { ...containerArgs, envs: ["PLAIN=2"] };
    expect(await changes()).toEqual({ same: 4, replace: 1 });
    expect((await inspect()).Id).not.toBe(Id);
    expect(await run("ls", "/data")).toBe("kept");
  });

  it("sees what was changed by hand, and sets it right", async () => {
    await docker.getContainer(named("container")).update({ Memory: 128 * 1024 * 1024, MemorySwap: 256 * 1024 * 1024 });
    expect((await stack.refresh()).summary.resourceChanges).toEqual({ same: 4, update: 1 });
    expect(await changes()).toEqual({ same: 4, update: 1 });
    expect((await inspect()).HostConfig.Memory).toBe(96 * 1024 * 1024);
  });

  it("starts a container again that was stopped by hand", async () => {
    const { Id } = await inspect();
    await docker.getContainer(Id).stop({ t: 0 });
    await stack.refresh();
    expect(await changes()).toEqual({ same: 4, update: 1 });
    expect(await inspect()).toMatchObject({ Id, State: { Running: true } });
  });

  it("makes a container again that was removed by hand", async () => {
    await docker.getContainer(named("container")).remove({ force: true });
    await stack.refresh();
    expect(await changes()).toEqual({ same: 4, create: 1 });
    expect((await inspect()).State.Health?.Status).toBe("healthy");
  });

  it("takes over what is there and carries our labels, and leaves the data alone", async () => {
    const before = await inspect();
    const network = (await engine.resourceOf("Network")).id;
    const state = await stack.exportStack();
    state.deployment.resources = state.deployment.resources.filter((resource: { type: string }) =>
      resource.type.startsWith("pulumi:"),
    );
    await stack.importStack(state);
    expect(await changes()).toEqual({ same: 1, create: 4 });
    expect((await engine.resourceOf("Network")).id).toBe(network);
    expect(await inspect()).toMatchObject({ Id: before.Id, State: { StartedAt: before.State.StartedAt } });
    expect(await run("ls", "/data")).toBe("kept");
  });

  it("imports every type that the engine can tell apart, with no change after it", async () => {
    const ids = {
      container: String((await engine.resourceOf("Container")).id),
      network: String((await engine.resourceOf("Network")).id),
      volume: named("volume"),
    };
    // What a container's files and waiting were cannot be read from it: the program leaves them out here.
    containerArgs = { ...containerArgs, uploads: [], wait: false, healthcheck: {}, destroyGraceSeconds: 0 };
    containerArgs = { ...containerArgs, ports: [], image: `${named("base")}:1`, restart: "always" };
    expect(await changes()).toEqual({ same: 4, replace: 1 });
    ids.container = (await inspect()).Id;
    const state = await stack.exportStack();
    state.deployment.resources = state.deployment.resources.filter(
      (resource: { type: string }) => !/:(Container|Network|Volume)$/.test(resource.type),
    );
    await stack.importStack(state);
    imports = ids;
    expect(await changes()).toEqual({ same: 2, import: 3 });
    imports = {};
    expect(await changes()).toEqual({ same: 5 });
    expect((await inspect()).Id).toBe(ids.container);
  });

  it("replaces a network of the same name, with its containers", async () => {
    networkArgs = { internal: true };
    expect(await changes()).toMatchObject({ replace: 2 });
    expect((await docker.getNetwork(named("network")).inspect()).Internal).toBe(true);
  });

  it("removes all of it, and does not mind what is gone already", async () => {
    await docker.getContainer(named("container")).remove({ force: true });
    await stack.destroy();
    const filters = JSON.stringify({ label: [`test=${engine.prefix}`] });
    expect(await docker.listContainers({ all: true, filters })).toEqual([]);
    expect(await docker.listNetworks({ filters })).toEqual([]);
    expect((await docker.listVolumes({ filters })).Volumes).toEqual([]);
    expect(await docker.listImages({ filters: JSON.stringify({ reference: [`${named("built")}:1`] }) })).toEqual([]);
  });
});
