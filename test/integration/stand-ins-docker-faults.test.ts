import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Container, type ContainerArgs, Network, RemoteImage, Tag, Volume } from "@pulumi/docker";
import { CustomResource, type CustomResourceOptions, type Inputs } from "@pulumi/pulumi";
import type { Stack } from "@pulumi/pulumi/automation/index.js";
import Docker from "dockerode";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { Engine } from "../fixtures/stand-ins/engine.ts";
import { importTestImage } from "../fixtures/stand-ins/image.ts";

/** A resource whose inputs are not those that the npm package lets through. */
class Plain extends CustomResource {
  constructor(type: string, name: string, inputs: Inputs, options?: CustomResourceOptions) {
    super(`docker:index/${type}`, name, inputs, options);
  }
}

describe("the stand-in for the docker provider, when things go wrong", () => {
  const docker = new Docker();
  const sleeps = ["sh", "-c", "while test ! -e /stop; do sleep 0.2; done"];
  let engine: Engine;
  let stack: Stack;
  let program: () => void = () => undefined;
  let named: (name: string) => string;
  let base: string;
  let labels: { label: string; value: string }[];
  let filters: string;

  beforeAll(async () => {
    engine = await Engine.start("docker");
    named = (name) => `${engine.prefix}-${name}`;
    base = `${named("base")}:1`;
    labels = [{ label: "test", value: engine.prefix }];
    filters = JSON.stringify({ label: [`test=${engine.prefix}`] });
    await importTestImage(docker, base);
    stack = await engine.stack(async () => program());
  });

  afterEach(async () => {
    await stack.destroy();
    expect(await docker.listContainers({ all: true, filters })).toEqual([]);
    expect(engine.standIns()).toEqual([]);
  });

  afterAll(async () => {
    await docker.getImage(base).remove({ force: true });
    await engine.remove();
  });

  const container = (args: Partial<ContainerArgs> = {}) =>
    new Container("container", {
      name: named("container"),
      image: base,
      command: sleeps,
      labels,
      destroyGraceSeconds: 1,
      ...args,
    });

  const failing = async (wanted: () => void): Promise<string> => {
    program = wanted;
    const error: unknown = await stack.up().catch((reason: unknown) => reason);
    program = () => undefined;
    expect(error).toBeInstanceOf(Error);
    return String(error);
  };

  it("refuses a type and an input that it lacks, and names the way out", async () => {
    expect(await failing(() => new Tag("tag", { sourceImage: base, targetImage: "x" }))).toMatch(
      /no resource type docker:index\/tag:Tag.*container:Container.*pulumi plugin install resource docker 5\.2\.0/s,
    );
    const inputs = { name: named("x"), image: base, comand: ["ls"], ports: [{ internl: 1 }] };
    const message = await failing(() => new Plain("container:Container", "plain", inputs));
    expect(message).toMatch(/comand.*did you mean "command"/s);
    expect(message).toMatch(/internl.*did you mean "internal"/s);
  });

  it("leaves alone what has the same name and was made by somebody else", async () => {
    const theirs = await docker.createContainer({ name: named("container"), Image: base, Cmd: sleeps });
    await docker.createVolume({ Name: named("volume") });
    const network = await docker.createNetwork({ Name: named("network") });
    // One at a time: the engine registers nothing more after the first that fails.
    const declared = {
      container: () => container(),
      volume: () => new Volume("volume", { name: named("volume"), labels }),
      network: () => new Network("network", { name: named("network"), labels }),
    };
    for (const [kind, declare] of Object.entries(declared)) {
      const message = await failing(() => void declare());
      expect(message).toContain(`a ${kind} "${named(kind)}" exists already and was not made for this resource`);
      expect(message).toContain(`docker ${kind} rm ${named(kind)}`);
    }
    expect((await theirs.inspect()).State.Status).toBe("created");
    await theirs.remove();
    await docker.getVolume(named("volume")).remove();
    await network.remove();
  });

  it("says why a container does not become healthy, keeps it, and replaces it once it is put right", async () => {
    const sick = { healthcheck: { tests: ["CMD", "ls", "/nowhere"], interval: "200ms" }, wait: true, waitTimeout: 2 };
    const talks = ["sh", "-c", "echo I am up; while true; do sleep 0.2; done"];
    const message = await failing(() => container({ ...sick, command: talks }));
    expect(message).toMatch(/does not become healthy.*waitTimeout \(2 s\).*cannot access '\/nowhere'.*I am up/s);
    expect(await engine.resourcesOf("Container")).toHaveLength(1);
    program = () => container({ ...sick, healthcheck: { tests: ["CMD", "ls", "/bin"], interval: "200ms" } });
    expect((await stack.up()).summary.resourceChanges).toEqual({ same: 1, replace: 1 });
  });

  it("says what a container that ends at once has written", async () => {
    const message = await failing(() =>
      container({
        command: ["sh", "-c", "echo no such thing >&2; sleep 0.2; exit 3"],
        wait: true,
        healthcheck: { tests: ["CMD", "ls"] },
      }),
    );
    expect(message).toMatch(/ended with exit code 3.*no such thing/s);
  });

  it("says who holds a port, and leaves no container behind", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const address = server.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const message = await failing(() => container({ ports: [{ internal: 80, external: port, ip: "127.0.0.1" }] }));
    server.close();
    expect(message).toMatch(new RegExp(`Port ${port} is held by no container: see ss -ltnp`));
    expect(await docker.listContainers({ all: true, filters })).toEqual([]);
  });

  it("shows the end of a build's log, and says what cannot be pulled", async () => {
    const context = join(engine.folder, "broken");
    mkdirSync(context, { recursive: true });
    writeFileSync(join(context, "Dockerfile"), `FROM ${base}\nRUN echo about to fail && ls /nowhere\n`);
    expect(await failing(() => new RemoteImage("image", { name: named("broken"), build: { context } }))).toMatch(
      /could not be built from.*about to fail.*cannot access '\/nowhere'/s,
    );
    const missing = `localhost:1/${named("missing")}:1`;
    expect(await failing(() => new RemoteImage("image", { name: missing }))).toMatch(
      /is not on this machine and could not be pulled from localhost:1.*docker load/s,
    );
  });

  const everything = () => {
    const network = new Network("network", { name: named("network"), labels });
    const volume = new Volume("volume", { name: named("volume"), labels });
    container({
      networksAdvanced: [{ name: network.name }],
      volumes: [{ volumeName: volume.name, containerPath: "/data" }],
      healthcheck: { tests: ["CMD", "test", "-e", "/data/ready"], interval: "200ms" },
      wait: true,
      waitTimeout: 60,
    });
  };

  it("ends at once when it is interrupted, and knows of what it has begun", async () => {
    program = everything;
    const interrupted = stack.up().catch((error: unknown) => error);
    while ((await docker.listContainers({ filters })).length === 0) await setTimeout(50);
    const since = Date.now();
    process.kill(Number(engine.running()), "SIGINT");
    expect(String(await interrupted)).toMatch(/the run was cancelled while it was running, starting/);
    expect(Date.now() - since).toBeLessThan(10_000);
    expect(await engine.resourcesOf("Container")).toHaveLength(1);
  });

  it("takes over what an interrupted run has left only if it is what is declared, and complete", async () => {
    const upWithout = async (): Promise<string> => {
      const state = await stack.exportStack();
      state.deployment.resources = state.deployment.resources.filter((resource: { type: string }) =>
        resource.type.startsWith("pulumi:"),
      );
      await stack.importStack(state);
      await stack.up();
      const found = await docker.getContainer(named("container")).inspect();
      expect(found.State.Running).toBe(true);
      return found.Id;
    };
    program = () => container();
    await stack.up();
    const first = await docker.getContainer(named("container")).inspect();
    await docker.getContainer(first.Id).stop({ t: 0 });
    expect(await upWithout()).toBe(first.Id);

    program = () => container({ memory: 64 });
    const changed = await upWithout();
    expect(changed).not.toBe(first.Id);

    const { Labels } = (await docker.getContainer(changed).inspect()).Config;
    await docker.getContainer(changed).remove({ force: true });
    const neverStarted = await docker.createContainer({ name: named("container"), Image: base, Cmd: sleeps, Labels });
    expect(await upWithout()).not.toBe(neverStarted.id);
  });

  const killEngineWhen = async (reached: () => Promise<boolean>) => {
    while (!(await reached())) await setTimeout(50);
    const pid = engine.running();
    expect(pid).toBeDefined();
    process.kill(Number(pid), "SIGKILL");
    await expect.poll(() => engine.standIns(), { timeout: 3000 }).toEqual([]);
  };

  it("neither doubles nor loses anything when the engine is killed in the middle of up and of destroy", async () => {
    program = everything;
    const firstUp = stack.up().catch((error: unknown) => error);
    await killEngineWhen(async () => (await docker.listContainers({ filters })).length === 1);
    expect(await firstUp).toBeInstanceOf(Error);
    await stack.cancel();

    const [leftover] = await docker.listContainers({ filters });
    const exec = await docker.getContainer(named("container")).exec({ Cmd: ["touch", "/data/ready"] });
    await exec.start({});
    await stack.up();
    // It may have been in the middle of work that must not be cut short.
    expect((await docker.listContainers({ all: true, filters })).map(({ Id }) => Id)).toEqual([leftover?.Id]);
    expect((await stack.up()).summary.resourceChanges).toEqual({ same: 4 });
    expect(await docker.listNetworks({ filters })).toHaveLength(1);

    const killed = stack.destroy().catch((error: unknown) => error);
    await killEngineWhen(async () => (await docker.listContainers({ filters })).length === 0);
    expect(await killed).toBeInstanceOf(Error);
    await stack.cancel();
    await stack.destroy();
    expect(await docker.listNetworks({ filters })).toEqual([]);
    expect((await docker.listVolumes({ filters })).Volumes).toEqual([]);
  });
});
