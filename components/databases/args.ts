import { z } from "zod";
import { identifier } from "../schemas.ts";
import { extensionNames } from "./extensions.ts";

/** One database, its owner and its extensions. */
const database = z.strictObject({
  name: identifier.describe("The database's name."),
  owner: identifier
    .optional()
    .describe("The role that owns the database; it gets a generated password. Default: the database's name."),
  extensions: z
    .array(z.enum(extensionNames))
    .default([])
    .describe("Made in this database; the image gets their packages."),
});

export const databasesArgs = z
  .array(database)
  .min(1)
  .superRefine(
    (databases, context) => {
      databases.forEach((database, index) => {
        const name = database?.name;
        if (name === undefined || databases.findIndex((other) => other?.name === name) === index) return;
        context.addIssue({
          code: "custom",
          path: [index, "name"],
          message: `${JSON.stringify(name)} is declared twice; give one of them another name`,
        });
      });
    },
    // What is wrong with one database hides nothing of the others.
    { when: ({ value }) => Array.isArray(value) },
  );

export type DatabasesArgs = z.input<typeof databasesArgs>;
export type DatabaseSettings = z.output<typeof database>;

export function ownerOf({ name, owner }: DatabaseSettings): string {
  return owner ?? name;
}
