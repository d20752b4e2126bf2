import { z } from "zod";
import type { Problem } from "../arguments.ts";
import { identifier } from "../schemas.ts";
import type { MigrationSource } from "./file.ts";

const source = z.strictObject({
  name: z.string().min(1).max(200),
  sql: z.string(),
});

/** What a user may say about migrations, the database apart. */
export const migrationsArgs = z.strictObject({
  directory: z.string().min(1).optional(),
  files: z.array(source).min(1).optional(),
  role: identifier.optional(),
  history: identifier.default("default"),
});

export type MigrationsSettings = z.output<typeof migrationsArgs>;

export function oneSource({ directory, files }: MigrationsSettings): readonly Problem[] {
  if ((directory === undefined) !== (files === undefined)) return [];
  return [{ path: "", message: 'give either directory, e.g. "migrations", or files: [{ name, sql }]' }];
}

/** What is wrong with a list of files before any of them is read. */
export function nameProblems(files: readonly MigrationSource[]): readonly Problem[] {
  const names = files.map(({ name }) => name);
  return names.flatMap((name, index) => {
    if (names.indexOf(name) < index) return [{ path: name, message: "two files have this name" }];
    if (/[._](down|undo)\.sql$/i.test(name))
      return [{ path: name, message: "takes back what another file did, and would run after it; move it elsewhere" }];
    return [];
  });
}
