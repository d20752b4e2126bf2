import { describe, expect, it } from "vitest";
import { createBody, updateBody } from "./container-body.ts";
import { inputsLabel } from "./labels.ts";

const base = { name: "a", image: "i" };

describe("createBody", () => {
  it("asks for nothing that was not declared", () => {
    const body = JSON.parse(JSON.stringify(createBody(base, "hash")));
    expect(body).toMatchObject({
      Image: "i",
      Labels: { [inputsLabel]: "hash" },
      ExposedPorts: {},
      NetworkingConfig: { EndpointsConfig: {} },
    });
    expect(Object.keys(body)).not.toContain("Cmd");
    expect(body.HostConfig).toMatchObject({ NetworkMode: "bridge", RestartPolicy: { Name: "no" }, Memory: 0 });
  });

  it("counts memory in MiB, processors in thousand millionths, durations in nanoseconds", () => {
    const body = createBody(
      {
        ...base,
        memory: 64,
        memorySwap: -1,
        shmSize: 128,
        cpus: "1.5",
        healthcheck: { tests: ["CMD", "ls"], interval: "1m30s", timeout: "500ms", retries: 3 },
      },
      "hash",
    );
    expect(body.HostConfig).toMatchObject({ Memory: 67108864, MemorySwap: -1, ShmSize: 134217728, NanoCpus: 1.5e9 });
    expect(body.Healthcheck).toMatchObject({ Interval: 90e9, Timeout: 0.5e9, Retries: 3, StartPeriod: 0 });
  });

  it("binds volumes and folders, and publishes ports where they are asked for", () => {
    const body = createBody(
      {
        ...base,
        volumes: [
          { volumeName: "v", containerPath: "/v" },
          { hostPath: "/h", containerPath: "/h", readOnly: true },
          { containerPath: "/nameless" },
          { fromContainer: "other" },
        ],
        ports: [{ internal: 1, external: 2, ip: "127.0.0.1" }, { internal: 1 }, { internal: 3, protocol: "udp" }],
      },
      "hash",
    );
    expect(body.HostConfig.Binds).toEqual(["v:/v:rw", "/h:/h:ro"]);
    expect(body.HostConfig.VolumesFrom).toEqual(["other"]);
    expect(body.Volumes).toEqual({ "/nameless": {} });
    expect(body.HostConfig.PortBindings).toEqual({
      "1/tcp": [
        { HostIp: "127.0.0.1", HostPort: "2" },
        { HostIp: "0.0.0.0", HostPort: "" },
      ],
      "3/udp": [{ HostIp: "0.0.0.0", HostPort: "" }],
    });
  });

  it("never holds an upload", () => {
    expect(JSON.stringify(createBody({ ...base, uploads: [{ file: "/f", content: "secret" }] }, "hash"))).not.toContain(
      "secret",
    );
  });

  it("joins a network of its own with its aliases when it is the network mode", () => {
    const networksAdvanced = [{ name: "n", aliases: ["x"] }, { name: "m" }];
    const { EndpointsConfig } = createBody({ ...base, networkMode: "n", networksAdvanced }, "hash").NetworkingConfig;
    expect(Object.keys(EndpointsConfig)).toEqual(["n"]);
    expect(EndpointsConfig.n?.Aliases).toEqual(["x"]);
  });
});

it("an update raises the swap limit with the memory, as the engine does for a new container", () => {
  expect(updateBody({ ...base, memory: 64 })).toMatchObject({ Memory: 67108864, MemorySwap: 134217728 });
  expect(updateBody({ ...base, memory: 64, memorySwap: 64 })).toMatchObject({ MemorySwap: 67108864 });
});
