import { describe, expect, it } from "vitest";
import { importedInputs } from "./container-import.ts";
import { inputsNow, outputsOf } from "./container-state.ts";
import type { Inspected, InspectedHostConfig } from "./inspected.ts";

const host: InspectedHostConfig = {
  AutoRemove: false,
  Binds: ["v:/v:rw", "/h:/h:ro"],
  CapAdd: null,
  CapDrop: ["ALL"],
  CpuShares: 0,
  CpusetCpus: "",
  Init: false,
  IpcMode: "private",
  LogConfig: { Type: "json-file", Config: {} },
  Memory: 64 * 1024 * 1024,
  MemoryReservation: 0,
  MemorySwap: 128 * 1024 * 1024,
  NanoCpus: 0,
  NetworkMode: "bridge",
  PortBindings: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "" }] },
  Privileged: false,
  PublishAllPorts: false,
  ReadonlyRootfs: false,
  RestartPolicy: { Name: "always", MaximumRetryCount: 0 },
  Runtime: "runc",
  SecurityOpt: null,
  ShmSize: 64 * 1024 * 1024,
  Ulimits: null,
};

const found: Inspected = {
  Id: "0123456789abcdef",
  Name: "/db",
  Image: "sha256:1",
  State: { Status: "running", Running: true, Restarting: false, ExitCode: 0, Error: "" },
  RestartCount: 0,
  Config: {
    Image: "sha256:1",
    Hostname: "0123456789ab",
    Domainname: "",
    User: "",
    WorkingDir: "/",
    Tty: false,
    OpenStdin: false,
    Cmd: ["serve"],
    Entrypoint: null,
    Env: ["B=2", "A=1", "PATH=/bin"],
    Labels: { own: "1", "of-the-image": "2", "pulumi-stand-in.inputs": "of-the-stand-in" },
  },
  HostConfig: host,
  NetworkSettings: {
    Bridge: "",
    Ports: { "80/tcp": [{ HostIp: "127.0.0.1", HostPort: "49153" }] },
    Networks: {
      n: {
        Aliases: ["db", "0123456789ab"],
        IPAMConfig: {},
        IPAddress: "10.0.0.2",
        IPPrefixLen: 24,
        Gateway: "10.0.0.1",
        GlobalIPv6Address: "",
        GlobalIPv6PrefixLen: 0,
        IPv6Gateway: "",
        MacAddress: "02:42:0a:00:00:02",
      },
    },
  },
};

const inputs = {
  name: "db",
  image: "sha256:1",
  envs: ["A=1", "B=2"],
  memory: 64,
  restart: "always",
  command: ["serve"],
};

describe("outputsOf", () => {
  it("keeps the inputs in their order, and adds what the engine chose", () => {
    const outputs = outputsOf({ ...inputs, ports: [{ internal: 80, ip: "127.0.0.1" }] }, found);
    expect(outputs).toMatchObject({ envs: ["A=1", "B=2"], hostname: "0123456789ab", runtime: "runc", shmSize: 64 });
    expect(outputs.ports).toEqual([{ internal: 80, ip: "127.0.0.1", protocol: "tcp", external: 49153 }]);
    expect(outputs.networkDatas).toMatchObject([{ networkName: "n", ipAddress: "10.0.0.2", ipPrefixLength: 24 }]);
    expect(outputs).not.toHaveProperty("exitCode");
  });

  it("tells the exit code of a container that does not run", () => {
    const stopped = { ...found, State: { ...found.State, Running: false, ExitCode: 3 } };
    expect(outputsOf(inputs, stopped).exitCode).toBe(3);
  });
});

describe("inputsNow", () => {
  it("are the inputs where nothing was changed by hand", () => {
    expect(inputsNow(inputs, found)).toEqual(inputs);
  });

  const changed = (config: Partial<InspectedHostConfig>) =>
    inputsNow(inputs, { ...found, HostConfig: { ...host, ...config } });

  it.each([
    [{ Memory: 32 * 1024 * 1024 }, { memory: 32 }],
    [{ RestartPolicy: { Name: "", MaximumRetryCount: 0 } }, { restart: "no" }],
    [{ CpuShares: 512 }, { cpuShares: 512 }],
    [{ CpusetCpus: "0" }, { cpuSet: "0" }],
  ])("show %j", (config, drift) => expect(changed(config)).toEqual({ ...inputs, ...drift }));

  it("show another image, another environment and another name", () => {
    const other = {
      ...found,
      Name: "/renamed",
      Image: "sha256:2",
      Config: { ...found.Config, Image: "x:1", Env: ["A=2"] },
    };
    expect(inputsNow(inputs, other)).toMatchObject({ name: "renamed", image: "x:1", envs: ["A=2"] });
  });

  it("say of a stopped container that it need not run, so that the next update starts it", () => {
    const stopped = { ...found, State: { ...found.State, Running: false } };
    expect(inputsNow(inputs, stopped)).toEqual({ ...inputs, mustRun: false });
    expect(inputsNow({ ...inputs, start: false }, stopped)).toEqual({ ...inputs, start: false });
  });
});

it("an import finds what the container has beyond its image", () => {
  const image = {
    Cmd: ["serve"],
    Entrypoint: null,
    Env: ["PATH=/bin"],
    Labels: { "of-the-image": "2" },
    User: "",
    WorkingDir: "/",
  };
  expect(importedInputs(found, image)).toEqual({
    name: "db",
    image: "sha256:1",
    envs: ["B=2", "A=1"],
    labels: [{ label: "own", value: "1" }],
    memory: 64,
    restart: "always",
    capabilities: { adds: [], drops: ["ALL"] },
    networkMode: "bridge",
    networksAdvanced: [{ name: "n", aliases: ["db"] }],
    ports: [{ internal: 80, ip: "127.0.0.1", protocol: "tcp" }],
    volumes: [
      { volumeName: "v", containerPath: "/v" },
      { hostPath: "/h", containerPath: "/h", readOnly: true },
    ],
  });
});
