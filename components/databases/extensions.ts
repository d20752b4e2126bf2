/** What an extension needs outside of its database. */
interface ExtensionNeeds {
  /** The Debian package that brings it, for a major version of PostgreSQL. None: it comes with the server. */
  readonly package?: (version: number) => string;
  /** The library that the server must load at start. */
  readonly library?: string;
  /** The schema that it is made in, which nothing else is in; none: where its own control file says, else `public`. */
  readonly schema?: string;
  /** It can be in one database of the server only, for all of them. */
  readonly once?: true;
}

const bundled: ExtensionNeeds = {};

/** Every extension that can be declared, by the name that CREATE EXTENSION takes. */
export const extensionCatalog = {
  btree_gin: bundled,
  btree_gist: bundled,
  citext: bundled,
  hstore: bundled,
  pg_cron: { package: (version) => `postgresql-${version}-cron`, library: "pg_cron", once: true },
  pg_partman: { package: (version) => `postgresql-${version}-partman`, schema: "partman" },
  pg_stat_statements: { library: "pg_stat_statements" },
  pg_trgm: bundled,
  pgaudit: { package: (version) => `postgresql-${version}-pgaudit`, library: "pgaudit" },
  pgcrypto: bundled,
  pgtap: { package: (version) => `postgresql-${version}-pgtap` },
  postgis: { package: (version) => `postgresql-${version}-postgis-3` },
  "uuid-ossp": bundled,
  vector: { package: (version) => `postgresql-${version}-pgvector` },
} satisfies Record<string, ExtensionNeeds>;

export type ExtensionName = keyof typeof extensionCatalog;

export const extensionNames = Object.keys(extensionCatalog) as [ExtensionName, ...ExtensionName[]];

function needs(name: ExtensionName): ExtensionNeeds {
  return extensionCatalog[name];
}

/** The packages that the image must hold, sorted, so that the same set gives the same image. */
export function extensionPackages(names: readonly ExtensionName[], version: number): string[] {
  const packages = names.map((name) => needs(name).package?.(version)).filter((found) => found !== undefined);
  return [...new Set(packages)].sort();
}

/** Loaded by every server, so that the first scheduled job or partitioned table restarts none. */
const always: readonly ExtensionName[] = ["pg_cron"];

/** What `shared_preload_libraries` must hold. */
export function extensionLibraries(names: readonly ExtensionName[]): string[] {
  const libraries = [...always, ...names].map((name) => needs(name).library).filter((found) => found !== undefined);
  return [...new Set(libraries)].sort();
}

/** The schema that an extension has to itself. */
export function schemaOfExtension(name: ExtensionName): string | undefined {
  return needs(name).schema;
}

/** Whether there is one of it in a server, in the database that the server says. */
export function isOnePerServer(name: ExtensionName): boolean {
  return needs(name).once === true;
}
