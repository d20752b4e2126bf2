import { describe, expect, it } from "vitest";
import type { Service } from "../service.ts";
import { containerArgs } from "./container.ts";

const service: Service = {
  name: "postgres",
  role: "postgres",
  instances: 3,
  environment: ({ name }) => ({ PATRONI_NAME: name }),
  files: [
    { path: "/etc/plain", content: "plain" },
    { path: "/etc/secret", content: "secret", secret: true },
    { path: "/etc/script", content: "script", executable: true },
  ],
  volumes: [{ name: "data", path: "/var/lib/postgresql" }],
  ports: [
    { name: "postgres", port: 5432, exposed: true },
    { name: "patroni", port: 8008 },
  ],
  user: 999,
  health: { command: ["healthy"], interval: 5, timeout: 3, retries: 2, startPeriod: 60 },
  limits: { memory: 768, sharedMemory: 256, openFiles: 4096 },
  stop: { signal: "SIGINT", grace: 60 },
  waitForHealth: true,
};
const instance = { name: "postgres-1", host: "postgres-1" };
const place = {
  container: "test-postgres-1",
  image: "sha256:abc",
  network: "test",
  aliases: ["postgres"],
  volumes: { data: "test-postgres-1-data" },
  publish: [],
  labels: [{ label: "pulumi-postgres-ha.stack", value: "test" }],
};

describe("an instance as a container", () => {
  const args = containerArgs(service, instance, place);

  it("is known on the network by its own name and its service's", () => {
    expect(args).toMatchObject({
      name: "test-postgres-1",
      hostname: "postgres-1",
      image: "sha256:abc",
      networkMode: "bridge",
      networksAdvanced: [{ name: "test", aliases: ["postgres-1", "postgres"] }],
      envs: ["PATRONI_NAME=postgres-1", "AWAIT_FILE=/run/delivered"],
    });
  });

  it("keeps its data on its volume", () => {
    expect(args.volumes).toEqual([{ volumeName: "test-postgres-1-data", containerPath: "/var/lib/postgresql" }]);
  });

  it("may do nothing that it need not", () => {
    expect(args).toMatchObject({
      user: "999",
      memory: 768,
      shmSize: 256,
      ulimits: [{ name: "nofile", soft: 4096, hard: 4096 }],
      capabilities: { drops: ["ALL"] },
      securityOpts: ["no-new-privileges:true"],
      logOpts: { "max-size": "10m", "max-file": "3" },
    });
  });

  it("comes back by itself, and is stopped the way its program asks for", () => {
    expect(args).toMatchObject({
      restart: "unless-stopped",
      stopSignal: "SIGINT",
      stopTimeout: 60,
      destroyGraceSeconds: 60,
      healthcheck: { tests: ["CMD", "healthy"], interval: "5s", timeout: "3s", retries: 2, startPeriod: "60s" },
      wait: true,
    });
  });

  it("waits for the files that are put into it", () => {
    expect(args.envs).toContain("AWAIT_FILE=/run/delivered");
    expect(args.uploads).toBeUndefined();
    expect(containerArgs({ ...service, files: [] }, instance, place).envs).not.toContain("AWAIT_FILE=/run/delivered");
  });

  it("publishes no port unless it has an address for it", () => {
    expect(args.ports).toEqual([]);
  });

  it("publishes its exposed ports, and no other, moved by the offset", () => {
    const publish = [{ address: "::1", ports: "exposed", portOffset: 10000 } as const];
    const { ports } = containerArgs(service, instance, { ...place, publish });
    expect(ports).toEqual([{ internal: 5432, external: 15432, ip: "::1", protocol: "tcp" }]);
  });

  it("publishes every port where other machines need them, and those for clients on one more address", () => {
    const publish = [
      { address: "10.0.0.120", ports: "all", portOffset: 0 } as const,
      { address: "203.0.113.7", ports: "exposed", portOffset: 0 } as const,
    ];
    const { ports } = containerArgs(service, instance, { ...place, publish });
    expect((ports as { external: number; ip: string }[]).map(({ external, ip }) => `${ip} ${external}`)).toEqual([
      "10.0.0.120 5432",
      "10.0.0.120 8008",
      "203.0.113.7 5432",
    ]);
  });

  it("leaves to the engine what its service leaves open", () => {
    const { environment: _, command: __, ...plain } = service;
    const bare = containerArgs({ ...plain, limits: { memory: 64 } }, instance, place);
    expect(bare.envs).toEqual(["AWAIT_FILE=/run/delivered"]);
    for (const input of ["command", "shmSize", "ulimits"]) expect(bare).not.toHaveProperty(input);
  });
});
