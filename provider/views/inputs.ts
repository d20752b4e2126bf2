import type { ViewInputs } from "../../components/views/inputs.ts";
import type { Properties } from "../../toolchain/stand-ins/framework/types.ts";
import { type Connection, connectionOf, identifier } from "../sql/connection.ts";

/** A view as it is declared. */
export interface Declared extends ViewInputs {
  readonly database: Connection;
  /** Who owns it. */
  readonly role: string;
}

export function declared(properties: Properties): Declared {
  const database = connectionOf(properties);
  const inputs = properties as unknown as ViewInputs;
  return { ...inputs, database, role: inputs.role ?? database.owner };
}

/** With its schema, quoted. */
export function nameOf({ schema }: Pick<Declared, "schema">, name: string): string {
  return `${identifier(schema)}.${identifier(name)}`;
}
