import * as pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, it } from "vitest";

interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

const registered: Registered[] = [];

describe("the graph of the local stack", () => {
  let outputs: Awaited<ReturnType<typeof build>>;

  async function build() {
    const { DockerPlatform } = await import("../../platforms/docker/index.ts");
    const { HaPostgres } = await import("../../components/index.ts");
    const platform = new DockerPlatform("test", { name: "test" });
    const system = new HaPostgres("test", { platform });
    await new Promise((resolve) => system.credentials.apply(resolve));
    await new Promise((resolve) => setTimeout(resolve, 200));
    return system;
  }

  beforeAll(async () => {
    await pulumi.runtime.setMocks(
      {
        newResource: ({ type, name, inputs, id }) => {
          registered.push({ type, name, inputs });
          const result = type === "random:index/randomPassword:RandomPassword" ? { result: `password-of-${name}` } : {};
          const imageId = type === "docker:index/remoteImage:RemoteImage" ? { imageId: `sha256:${name}` } : {};
          return { id: id ?? `${name}-id`, state: { ...inputs, ...result, ...imageId } };
        },
        call: () => ({}),
      },
      "pulumi-postgres-ha",
      "test",
      true,
    );
    outputs = await build();
  });

  const names = (type: string) =>
    registered.filter((resource) => resource.type.endsWith(`:${type}`)).map(({ name }) => name);

  it("has three of each quorum, two balancers and two of each pool", () => {
    expect(names("Container").sort()).toEqual(
      [
        "test-etcd-1",
        "test-etcd-2",
        "test-etcd-3",
        "test-haproxy-1",
        "test-haproxy-2",
        "test-minio-1",
        "test-pgbouncer-read-1",
        "test-pgbouncer-read-2",
        "test-pgbouncer-write-1",
        "test-pgbouncer-write-2",
        "test-postgres-1",
        "test-postgres-2",
        "test-postgres-3",
      ].sort(),
    );
  });

  it("ends in the stable outputs", () => {
    expect(outputs.members).toEqual(["postgres-1", "postgres-2", "postgres-3"]);
  });
});
