import { z } from "zod";
import { identifier } from "../schemas.ts";
import { extensionNames } from "./extensions.ts";

/** One database, its owner and its extensions. */
const database = z.strictObject({
  name: identifier,
  owner: identifier
    .optional()
    .describe("The role that owns the database; it gets a generated password. Default: the database's name."),
  extensions: z.array(z.enum(extensionNames)).default([]),
});

export const databasesArgs = z
  .array(database)
  .min(1)
  .superRefine((databases, context) => {
    databases.forEach(({ name }, index) => {
      if (databases.findIndex((other) => other.name === name) === index) return;
      context.addIssue({
        code: "custom",
        path: [index, "name"],
        message: `"${name}" is declared twice; give one of them another name`,
      });
    });
  });

export type DatabasesArgs = z.input<typeof databasesArgs>;
export type DatabaseSettings = z.output<typeof database>;

export function ownerOf({ name, owner }: DatabaseSettings): string {
  return owner ?? name;
}
