import type { TableInputs } from "../../components/partitions/inputs.ts";
import type { Properties } from "../../toolchain/stand-ins/framework/types.ts";
import { type Connection, identifier } from "../sql/connection.ts";

/** The inputs of a PartitionedTable: what the program's settings became (components/partitions/inputs.ts). */
export type Declared = TableInputs & { readonly database: Connection };

/** Lists that are empty may arrive left out. */
export function declaredOf(properties: Properties): Declared {
  return { constraints: [], indexes: [], ...properties } as unknown as Declared;
}

export function tableOf({ schema, table }: Pick<Declared, "schema" | "table">): string {
  return `${identifier(schema)}.${identifier(table)}`;
}
