import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { run } from "./commands.ts";

/** How the host's own apt is set up. */
export interface AptSettings {
  /** The texts of sources.list and of the files beside it, in both formats. */
  readonly sources: readonly string[];
  /** `Acquire::http::Proxy`, or the environment's. */
  readonly proxy: string | undefined;
}

/** Where trixie comes from. */
export interface DebianSources {
  readonly archive: string;
  /** Lines of a sources.list: the release, its updates, its security updates. */
  readonly lines: readonly string[];
  /** For apt inside the image; without it where only the host can reach it. */
  readonly proxy: string | undefined;
}

/**
 * Trixie comes from where the host's own apt takes its release: Debian's archive, or the mirror of a network that cannot reach it.
 * @throws where the host's apt knows no archive of Debian.
 */
export function debianSources(settings: AptSettings): DebianSources {
  const addresses = settings.sources.flatMap(sourceAddresses);
  const archive = addresses.find((address) => /\/debian\/?$/.test(address));
  if (archive === undefined) {
    throw new Error(
      "The base image cannot be built: apt's sources on this machine name no archive that ends in /debian. " +
        "Add one, or name an image of Debian trixie in POSTGRES_HA_BASE_IMAGE.",
    );
  }
  const security =
    addresses.find((address) => /\/debian-security\/?$/.test(address)) ??
    archive.replace(/debian\/?$/, "debian-security");
  return {
    archive,
    lines: [`deb ${archive} trixie main`, `deb ${archive} trixie-updates main`, `deb ${security} trixie-security main`],
    proxy: settings.proxy !== undefined && !isLoopback(settings.proxy) ? settings.proxy : undefined,
  };
}

/** The addresses in `deb [options] ADDRESS suite ..` lines and in `URIs:` fields. */
function sourceAddresses(text: string): string[] {
  return text.split("\n").flatMap((line) => {
    const oneLine = /^deb\s+(?:\[[^\]]*\]\s+)?(https?:\/\/\S+)/.exec(line)?.[1];
    const fields = /^URIs:\s*(.+)$/i
      .exec(line)?.[1]
      ?.split(/\s+/)
      .filter((field) => /^https?:/.test(field));
    return [...(oneLine === undefined ? [] : [oneLine]), ...(fields ?? [])];
  });
}

export async function readAptSettings(env = process.env): Promise<AptSettings> {
  const folder = "/etc/apt/sources.list.d";
  const names = (await readdir(folder).catch(() => [])).filter((name) => /\.(list|sources)$/.test(name));
  const paths = ["/etc/apt/sources.list", ...names.map((name) => join(folder, name))];
  const sources = await Promise.all(paths.map((path) => readFile(path, "utf8").catch(() => "")));
  const dump = await run("apt-config", ["dump", "--format", "%v%n", "Acquire::http::Proxy"]).catch(() => "");
  return { sources, proxy: dump.trim() || env.http_proxy || env.HTTP_PROXY || undefined };
}

function isLoopback(address: string): boolean {
  return /^(https?:\/\/)?([^@/]*@)?(localhost|127\.|\[::1\])/.test(address);
}
