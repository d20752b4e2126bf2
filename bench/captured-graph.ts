import type * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { HaPostgres, type HaPostgresArgs } from "../components/index.ts";
import { DockerPlatform, type DockerPlatformArgs } from "../platforms/docker/index.ts";

/** A container's arguments once every output is known. */
export type ResolvedContainer = pulumi.Unwrap<docker.ContainerArgs> & { readonly name: string };

export type ResolvedFiles = Readonly<Record<string, { readonly content: string; readonly executable?: boolean }>>;

export interface CapturedGraph {
  readonly network: string;
  readonly containers: readonly ResolvedContainer[];
  /** By the container's name. */
  readonly files: Readonly<Record<string, ResolvedFiles>>;
  readonly superuserPassword: string;
}

/** What the program would hand to the Docker provider, for images that exist: the same containers, to be started by other means. */
export async function captureGraph(
  platform: DockerPlatformArgs,
  system: HaPostgresArgs,
  imageOf: (name: string) => string,
): Promise<CapturedGraph> {
  const containers: ResolvedContainer[] = [];
  const files: Record<string, ResolvedFiles> = {};
  const password = "only-for-the-benchmark";
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        if (type === "docker:index/container:Container") containers.push(inputs as ResolvedContainer);
        if (type === "postgres-ha:index:InstanceFiles") files[inputs.instance.docker.name] = inputs.files;
        const outputs = {
          ...inputs,
          ...(type === "random:index/randomPassword:RandomPassword" ? { result: password } : {}),
          ...(type === "docker:index/remoteImage:RemoteImage" ? { imageId: imageOf(inputs.name) } : {}),
        };
        return { id: name, state: outputs };
      },
      call: () => ({}),
    },
    "pulumi-postgres-ha",
    platform.name,
    // As in a preview: nothing is waited for.
    true,
  );
  const stack = new HaPostgres(platform.name, {
    platform: new DockerPlatform(platform.name, platform),
    ...system,
  });
  await settled(stack.credentials);
  await pulumi.runtime.disconnect();
  return { network: platform.name, containers, files, superuserPassword: password };
}

function settled(output: pulumi.Output<unknown>): Promise<void> {
  return new Promise((resolve) => {
    output.apply(() => resolve());
  });
}
