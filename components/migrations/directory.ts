import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Problem } from "../arguments.ts";
import type { MigrationSource } from "./file.ts";

/** Numbers in names count as numbers: `2.sql` comes before `10.sql`. */
const natural = new Intl.Collator("en", { numeric: true });

export function byName<Named extends { readonly name: string }>(files: readonly Named[]): Named[] {
  return [...files].sort((a, b) => natural.compare(a.name, b.name) || (a.name < b.name ? -1 : 1));
}

/** The `.sql` files of a directory, by name; what is no such file is left alone. */
export function readDirectory(directory: string): {
  readonly files: readonly MigrationSource[];
  readonly problems: readonly Problem[];
} {
  try {
    const names = readdirSync(directory, { withFileTypes: true })
      .filter((entry) => !entry.isDirectory() && /\.sql$/i.test(entry.name) && !entry.name.startsWith("."))
      .map(({ name }) => name);
    const files = names.map((name) => ({ name, sql: readFileSync(join(directory, name), "utf8") }));
    const empty = `no .sql file in ${directory}`;
    return { files: byName(files), problems: names.length === 0 ? [{ path: "directory", message: empty }] : [] };
  } catch (error) {
    return { files: [], problems: [{ path: "directory", message: `cannot be read: ${(error as Error).message}` }] };
  }
}
