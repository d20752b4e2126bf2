import type { Session } from "../sql/connection.ts";
import type { Declared } from "./inputs.ts";

/** A relation of the view's name, as it is. */
export interface Found {
  readonly oid: number;
  readonly materialized: boolean;
  readonly owner: string;
  /** PostgreSQL's own words for its query. */
  readonly definition: string | null;
  /** By name. */
  readonly indexes: readonly string[];
  /** What was noted when it was made; null where something else made it. */
  readonly query: string | null;
  readonly definitionThen: string | null;
  /** The fingerprints of the indexes that were made, by name. */
  readonly fingerprints: Readonly<Record<string, string>>;
}

export async function findView(session: Session, { schema, name }: Declared): Promise<Found | undefined> {
  const [found] = await session.query<Found & { fingerprints: Record<string, string> | null }>(
    `SELECT c.oid::int8::int AS oid, c.relkind = 'm' AS materialized, pg_get_userbyid(c.relowner) AS owner,
       CASE WHEN c.relkind = 'm' THEN pg_get_viewdef(c.oid) END AS definition,
       ARRAY(SELECT x.relname::text FROM pg_index i JOIN pg_class x ON x.oid = i.indexrelid WHERE i.indrelid = c.oid AND i.indisvalid) AS indexes,
       m.query, m.definition AS "definitionThen", coalesce(m.indexes, '{}') AS fingerprints
     FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
     LEFT JOIN postgres_ha.materialized_views m ON m.schema = n.nspname AND m.name = c.relname
     WHERE n.nspname = $1 AND c.relname = $2`,
    [schema, name],
  );
  return found;
}

/** Whether it still holds what was asked for, and nobody has made it anew by hand. */
export function isAsMade(found: Found): boolean {
  return found.query !== null && found.definition === found.definitionThen;
}

/** What would have to go with the view. */
export async function dependantsOf(session: Session, { oid }: Found): Promise<readonly string[]> {
  const rows = await session.query<{ name: string }>(
    `SELECT DISTINCT CASE d.classid WHEN 'pg_rewrite'::regclass
         THEN pg_describe_object('pg_class'::regclass, r.ev_class, 0) ELSE pg_describe_object(d.classid, d.objid, 0) END AS name
     FROM pg_depend d LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid
     WHERE d.deptype = 'n' AND (r.oid IS NULL OR r.ev_class <> $1::oid) AND (
       (d.refclassid = 'pg_class'::regclass AND d.refobjid = $1::oid)
       OR (d.refclassid = 'pg_type'::regclass AND d.refobjid IN (SELECT unnest(ARRAY[t.oid, t.typarray]) FROM pg_type t WHERE t.typrelid = $1::oid)))
     ORDER BY 1`,
    [oid],
  );
  return rows.map(({ name }) => name);
}
