import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";

/** Where things are kept that were obtained or made for this machine. */
export interface Locations {
  /** Programs and downloads, shared by all clones. It may be deleted at any time. */
  readonly cache: string;
  /** Pulumi's state where the user has no backend, and its passphrase. Deleting it forgets every stack. */
  readonly state: string;
  /** The stand-ins of this clone, built from its sources. */
  readonly shims: string;
  /** This library's own provider, likewise. */
  readonly plugins: string;
}

const project = "pulumi-postgres-ha";

/** This clone. */
export const cloneFolder = join(import.meta.dirname, "../..");

/**
 * POSTGRES_HA_CACHE and POSTGRES_HA_STATE name the folders outright; else they stand where the XDG specification puts
 * such folders. A relative XDG variable is ignored, as the specification asks.
 */
export function locations(env: NodeJS.ProcessEnv, home = homedir(), clone = cloneFolder): Locations {
  return {
    cache: env.POSTGRES_HA_CACHE || join(xdg(env.XDG_CACHE_HOME) ?? join(home, ".cache"), project),
    state: env.POSTGRES_HA_STATE || join(xdg(env.XDG_STATE_HOME) ?? join(home, ".local", "state"), project),
    shims: join(clone, "node_modules", ".cache", project, "bin"),
    plugins: join(clone, "node_modules", ".cache", project, "plugins"),
  };
}

/** Makes the folders. Only their owner may look into the state. */
export async function makeLocations({ cache, state }: Locations): Promise<void> {
  await mkdir(cache, { recursive: true });
  await mkdir(state, { recursive: true, mode: 0o700 });
}

function xdg(value: string | undefined): string | undefined {
  return value !== undefined && isAbsolute(value) ? value : undefined;
}
