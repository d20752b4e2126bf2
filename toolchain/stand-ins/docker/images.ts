import { type Engine, EngineError } from "./engine.ts";
import { registryOf } from "./registries.ts";

/** An image that the engine has. */
export interface Image {
  readonly Id: string;
  readonly RepoTags: readonly string[] | null;
  readonly RepoDigests: readonly string[] | null;
  readonly Config: ImageConfig | null;
}

export interface ImageConfig {
  readonly Cmd: readonly string[] | null;
  readonly Entrypoint: readonly string[] | null;
  readonly Env: readonly string[] | null;
  readonly Labels: Readonly<Record<string, string>> | null;
  readonly User: string;
  readonly WorkingDir: string;
  readonly StopSignal?: string;
  readonly Healthcheck?: object;
}

/** By name, digest or id. */
export function findImage(engine: Engine, name: string): Promise<Image | undefined> {
  return engine.find<Image>(`/images/${name.split("/").map(encodeURIComponent).join("/")}/json`);
}

/**
 * Pulls an image.
 *
 * @throws with what was asked for, what the engine said, and the way out.
 */
export async function pullImage(
  engine: Engine,
  name: string,
  platform: string | undefined,
  log: (message: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  log(`pulling ${name}`);
  const credentials = engine.registries.get(registryOf(name));
  try {
    const lines = engine.lines<{ error?: string }>("POST", "/images/create", {
      query: { fromImage: withTag(name), platform: platform === "" ? undefined : platform },
      ...(credentials === undefined ? {} : { headers: { "X-Registry-Auth": credentials } }),
      signal,
    });
    for await (const line of lines) if (line.error !== undefined) throw new Error(line.error);
  } catch (error) {
    if (signal?.aborted === true) throw signal.reason;
    throw pullFailed(name, error);
  }
}

/** The digest under which the registry of that name knows the image; empty for an image that was built here. */
export function repoDigest(name: string, image: Image): string {
  const repository = repositoryOf(name);
  return image.RepoDigests?.find((digest) => digest.split("@")[0] === repository) ?? "";
}

/** Without a tag the engine would pull every tag that there is. */
function withTag(name: string): string {
  return name === repositoryOf(name) ? `${name}:latest` : name;
}

function repositoryOf(name: string): string {
  const bare = name.split("@")[0] ?? name;
  const colon = bare.lastIndexOf(":");
  return colon > bare.lastIndexOf("/") ? bare.slice(0, colon) : bare;
}

function pullFailed(name: string, error: unknown): Error {
  const reason = error instanceof Error ? error.message : String(error);
  const known = error instanceof EngineError ? ` (the engine answered ${error.status})` : "";
  return new Error(
    `the image ${name} is not on this machine and could not be pulled from ${registryOf(name)}: ${reason}${known}. ` +
      "Check the name and the network, log in with the provider's registryAuth if the registry asks for it, or bring the " +
      'image here another way ("docker load" or "docker build") under this very name',
  );
}
