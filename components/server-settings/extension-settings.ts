import type { Parameters } from "./defaults.ts";
import { preloadedBy } from "./libraries.ts";

/** What the settings of a prefix belong to: an extension that a database declares, or a library that is preloaded without one. */
type Owner = { readonly extension: string } | { readonly library: string };

const owners: Readonly<Record<string, Owner>> = {
  auth_delay: { library: "auth_delay" },
  auto_explain: { library: "auto_explain" },
  hnsw: { extension: "vector" },
  ivfflat: { extension: "vector" },
  pg_partman_bgw: { extension: "pg_partman" },
  pg_prewarm: { library: "pg_prewarm" },
  pg_stat_statements: { extension: "pg_stat_statements" },
  pg_trgm: { extension: "pg_trgm" },
  pgaudit: { extension: "pgaudit" },
  postgis: { extension: "postgis" },
  postgres_fdw: { extension: "postgres_fdw" },
};

/** Prefixes of libraries that the server loads by itself. */
const always = ["basic_archive", "cron", "plpgsql"];

/** Why a setting with a dot in its name cannot be set here; `undefined` where its library will read it. */
export function prefixProblem(name: string, parameters: Parameters, extensions: readonly string[]): string | undefined {
  const prefix = name.slice(0, name.indexOf("."));
  if (always.includes(prefix)) return undefined;
  const owner = Object.hasOwn(owners, prefix) ? owners[prefix] : undefined;
  if (owner === undefined) {
    const known = [...Object.keys(owners), ...always].sort().join(", ");
    return `nothing that this library installs has settings that begin with "${prefix}.", so no server would read it; known are ${known}`;
  }
  const loaded = [...extensions, ...preloadedBy(parameters)];
  if ("extension" in owner) {
    if (loaded.includes(owner.extension)) return undefined;
    return `settings that begin with "${prefix}." belong to the extension ${owner.extension}, which no database declares; add it to a database's extensions, or remove this`;
  }
  if (loaded.includes(owner.library)) return undefined;
  return `settings that begin with "${prefix}." belong to the library ${owner.library}, which nothing loads; add ${owner.library} to shared_preload_libraries, or remove this`;
}
