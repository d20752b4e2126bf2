import type { Session } from "../sql/connection.ts";
import type { Phase } from "./spec.ts";

/** A row of `postgres_ha.conversion`. Numbers of 64 bits arrive as texts. */
export interface Conversion {
  readonly id: string;
  readonly phase: Phase;
  readonly original: number;
  readonly converted: number;
  readonly next_block: string;
  readonly end_block: string;
  readonly rows_total: string;
  readonly rows_copied: string;
  readonly updated_at: Date;
  readonly started_at: Date;
}

/** The last conversion of a table, whatever became of it. */
export async function lastConversion(
  session: Session,
  { schema, table }: { readonly schema: string; readonly table: string },
): Promise<Conversion | undefined> {
  const [found] = await session.query<Conversion>(
    "SELECT * FROM postgres_ha.conversion WHERE schema_name = $1 AND table_name = $2 ORDER BY id DESC LIMIT 1",
    [schema, table],
  );
  return found;
}
