import { afterEach, describe, expect, it, vi } from "vitest";
import { addressOf } from "./address.ts";
import { registriesOf, registryOf } from "./registries.ts";

describe("addressOf", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("takes the provider's host, then DOCKER_HOST, then the engine of this machine", () => {
    vi.stubEnv("DOCKER_HOST", "");
    expect(addressOf(undefined)).toMatchObject({ socketPath: "/var/run/docker.sock" });
    vi.stubEnv("DOCKER_HOST", "unix:///run/other.sock");
    expect(addressOf("")).toMatchObject({ socketPath: "/run/other.sock" });
    expect(addressOf("tcp://[::1]:2375")).toMatchObject({ host: "::1", port: 2375 });
    expect(addressOf("tcp://10.0.0.1")).toMatchObject({ host: "10.0.0.1", port: 2375 });
  });

  it.each(["ssh://me@host", "npipe:////./pipe/docker_engine", "https://host:2376", "nonsense"])(
    "refuses %s",
    (host) => {
      expect(() => addressOf(host)).toThrow(/unix:\/\/\/PATH and tcp:.*pulumi plugin install resource docker/);
    },
  );
});

describe("registries", () => {
  it.each([
    ["postgres:17", "docker.io"],
    ["library/postgres", "docker.io"],
    ["quay.io/minio/minio", "quay.io"],
    ["localhost:5000/x:1", "localhost:5000"],
    ["localhost/x", "localhost"],
  ])("the registry of %s is %s", (image, registry) => expect(registryOf(image)).toBe(registry));

  it("reads credentials from JSON text", () => {
    const registries = registriesOf(JSON.stringify([{ address: "https://quay.io/v2", username: "u", password: "p" }]));
    const sent = JSON.parse(Buffer.from(String(registries.get("quay.io")), "base64url").toString());
    expect(sent).toMatchObject({ username: "u", password: "p" });
    expect(registriesOf(undefined).size).toBe(0);
  });
});
