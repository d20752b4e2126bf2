import type { Properties } from "../framework/types.ts";
import { text } from "../inputs.ts";
import { type Server, UserError } from "./server.ts";

/** Where something is that has a name in one database. */
export interface Place {
  readonly database: string;
  readonly name: string;
}

/** From the state; for an import, which has none, from an id `DATABASE.NAME`. */
export function placeOf(
  what: "extension" | "schema",
  id: string,
  state: Properties,
  { settings }: Pick<Server, "settings">,
): Place {
  const known = text(state, "name");
  if (known !== undefined) return { name: known, database: text(state, "database") ?? settings.database };
  const [database, name, ...rest] = id.split(".");
  if (!database || !name || rest.length > 0) {
    throw new UserError(`"${id}" names no ${what}; an id is DATABASE.${what.toUpperCase()}, e.g. ${examples[what]}`);
  }
  return { database, name };
}

const examples = { extension: "app.vector", schema: "app.audit" };
