import type { Parameters } from "./defaults.ts";
import { readList } from "./words.ts";

/** Libraries that every server has and that are of use in a database that declares no extension. */
export const bundledLibraries: readonly string[] = [
  "auth_delay",
  "auto_explain",
  "passwordcheck",
  "pg_cron",
  "pg_prewarm",
  "pg_stat_statements",
];

/** Libraries that come with an extension's package, by the extension that has to be declared for it. */
const extensionLibraries: Readonly<Record<string, string>> = {
  pg_partman_bgw: "pg_partman",
  pgaudit: "pgaudit",
};

/** What may be preloaded where these extensions are declared: any other the server would not find, and not start. */
export function loadable(extensions: readonly string[]): string[] {
  const theirs = Object.entries(extensionLibraries).filter(([, extension]) => extensions.includes(extension));
  return [...bundledLibraries, ...theirs.map(([library]) => library)].sort();
}

/** The extension that a library comes with. */
export function extensionOfLibrary(library: string): string | undefined {
  return Object.hasOwn(extensionLibraries, library) ? extensionLibraries[library] : undefined;
}

const preloading = ["shared_preload_libraries", "session_preload_libraries"];

/** Libraries that the parameters themselves load. */
export function preloadedBy(parameters: Parameters): string[] {
  return preloading.flatMap((name) => readList(String(parameters[name] ?? "")) ?? []);
}

/**
 * The value of `shared_preload_libraries`: those of the declared extensions and those that the user names, so that naming one does not
 * take away the others. Empty where there are none.
 */
export function preloadLibraries(parameters: Parameters, declared: readonly string[]): string {
  const named = readList(String(parameters.shared_preload_libraries ?? "")) ?? [];
  return [...new Set([...declared, ...named])].sort().join(",");
}
