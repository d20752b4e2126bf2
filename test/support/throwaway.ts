import { randomBytes } from "node:crypto";
import { docker } from "./docker.ts";
import { eventually } from "./sql.ts";

/** A server in a container of its own, on a port of this machine's loopback. */
export interface Throwaway {
  /** The container's id. */
  readonly id: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** Removes the container with all that is in it. */
  remove(): Promise<void>;
}

export interface Wanted {
  readonly image: string;
  /** The port inside the container. */
  readonly port: number;
  readonly user: string;
  readonly command: readonly string[];
  env(user: string, password: string): readonly string[];
  /** Fails until the server answers. */
  probe(server: { readonly port: number; readonly user: string; readonly password: string }): Promise<unknown>;
}

export async function startThrowaway({ image, port, user, command, env, probe }: Wanted): Promise<Throwaway> {
  const password = randomBytes(12).toString("hex");
  const exposed = `${port}/tcp`;
  const container = await docker.createContainer({
    Image: image,
    // Not the image's own entrypoint: that one asks for the files of a real member.
    Entrypoint: [...command],
    Cmd: [],
    Env: [...env(user, password)],
    ExposedPorts: { [exposed]: {} },
    HostConfig: { PortBindings: { [exposed]: [{ HostIp: "127.0.0.1", HostPort: "" }] } },
  });
  const remove = async () => {
    await container.remove({ force: true, v: true });
  };
  try {
    await container.start();
    const published = (await container.inspect()).NetworkSettings.Ports[exposed]?.[0]?.HostPort;
    const server = { port: Number(published), user, password };
    await eventually(() => probe(server), 30);
    return { ...server, id: container.id, remove };
  } catch (error) {
    const logs = await container.logs({ stdout: true, stderr: true, tail: 10 });
    await remove();
    throw new Error(`the server of ${image} did not answer; its last words: ${logs.toString()}`, { cause: error });
  }
}

/** The image that the variable names, or the newest of this project's images for the role that the engine has. */
export async function imageFor(role: string, variable: string): Promise<string> {
  const named = process.env[variable];
  if (named) return named;
  const images = await docker.listImages({ filters: { reference: [`pulumi-postgres-ha/${role}`] } });
  const newest = images.sort((a, b) => b.Created - a.Created)[0];
  if (newest === undefined) {
    throw new Error(
      `there is no image pulumi-postgres-ha/${role}: run \`npm run up\` once, or name an image in ${variable}`,
    );
  }
  return newest.Id;
}
