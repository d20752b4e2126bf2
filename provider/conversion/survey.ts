import { isTime } from "../../components/partitions/interval.ts";
import { identifier, literal, type Session } from "../sql/connection.ts";
import type { ValueRange } from "./children.ts";
import type { ConversionSpec } from "./spec.ts";

export interface ColumnFacts {
  readonly name: string;
  readonly type: string;
  readonly notNull: boolean;
  /** `s` for a generated column, "" for others. */
  readonly generated: string;
  /** Whether its type is one of PostgreSQL's own, or an enum or a domain. */
  readonly plainType: boolean;
}

export interface KeyFacts {
  /** Of the constraint, or of the index where it is not one. */
  readonly name: string;
  readonly primary: boolean;
  /** Columns by name; empty where the index holds an expression. */
  readonly columns: readonly string[];
  readonly partial: boolean;
  readonly deferrable: boolean;
}

export interface IndexFacts {
  readonly name: string;
  readonly definition: string;
  /** What the definition starts with. */
  readonly prefix: string;
  readonly valid: boolean;
  readonly unique: boolean;
  readonly comment: string | null;
  /** The unique constraint that it is of. */
  readonly constraint: string | null;
}

/** All that a conversion has to know of a table, in PostgreSQL's words. */
export interface TableFacts {
  readonly oid: number;
  readonly kind: string;
  readonly persistence: string;
  readonly rowSecurity: boolean;
  readonly ownType: boolean;
  readonly replicaIdentity: string;
  readonly tablespace: string | null;
  readonly options: readonly string[];
  readonly owner: string;
  readonly size: number;
  readonly columns: readonly ColumnFacts[];
  readonly unique: readonly KeyFacts[];
  /** All but the primary key. */
  readonly indexes: readonly IndexFacts[];
  readonly inbound: readonly { readonly name: string; readonly table: string }[];
  readonly foreignKeys: readonly string[];
  readonly unvalidated: readonly string[];
  readonly noInherit: readonly string[];
  readonly exclusions: readonly string[];
  readonly triggers: readonly {
    readonly name: string;
    readonly constraint: boolean;
    readonly transitionTables: boolean;
  }[];
  readonly rules: readonly string[];
  readonly policies: readonly string[];
  readonly publications: readonly string[];
  readonly parents: readonly string[];
  readonly heirs: readonly string[];
  readonly extension: string | null;
  /** Views, which are pointed to the new table. */
  readonly views: readonly string[];
  /** What else names the table, or its row type, by its oid: materialized views, functions, other tables' columns. */
  readonly dependents: readonly string[];
  readonly grants: number;
  /** Names that are taken in the table's schema. */
  readonly taken: readonly string[];
}

/** `undefined` where there is no such table. */
export async function surveyTable(
  session: Session,
  { schema, table }: ConversionSpec,
): Promise<TableFacts | undefined> {
  const [row] = await session.query<{ facts: TableFacts | null }>(factsQuery, [schema, table]);
  return row?.facts ?? undefined;
}

export interface RowFacts {
  readonly rows: number;
  /** Rows without a value in the column. */
  readonly nulls: number;
  readonly infinite: number;
  readonly values: ValueRange | undefined;
}

/** Reads the table once, from one end to the other. */
export async function surveyRows(session: Session, spec: ConversionSpec): Promise<RowFacts> {
  // Not as a superuser: to plan a query can run functions of the table's owner.
  const [found] = await session.query<{
    facts: { first: string | null; last: string | null } & Omit<RowFacts, "values">;
  }>("SELECT postgres_ha.partition_read($1)::jsonb AS facts", [
    `SELECT to_jsonb(found) FROM (${rowsQuery(spec)}) AS found`,
  ]);
  if (found === undefined) throw new Error("an aggregate without a row");
  const { first, last, ...counts } = found.facts;
  return {
    ...counts,
    values: first === null || last === null ? undefined : { first, last },
  };
}

export function rowsQuery({ schema, table, column, interval }: ConversionSpec): string {
  const name = identifier(column);
  const finite = isTime(interval) ? `isfinite(${name})` : "true";
  const value = (aggregate: string) =>
    isTime(interval)
      ? `extract(epoch FROM ${aggregate}(${name}) FILTER (WHERE ${finite}))::text`
      : `${aggregate}(${name})::bigint::text`;
  return `SELECT count(*) AS rows, count(*) - count(${name}) AS nulls, count(*) FILTER (WHERE NOT ${finite}) AS infinite, ${value("min")} AS first, ${value("max")} AS last FROM ONLY ${identifier(schema)}.${identifier(table)}`;
}

/** Free space where the data files are, in bytes; `undefined` where this session may not ask. */
export async function freeSpace(session: Session): Promise<number | undefined> {
  try {
    await session.query("CREATE TEMPORARY TABLE IF NOT EXISTS postgres_ha_df (line text)");
    // A server process works in its data directory.
    await session.query(`COPY postgres_ha_df FROM PROGRAM ${literal("df -Pk . | tail -n 1")}`);
    const [found] = await session.query<{ line: string }>("SELECT line FROM postgres_ha_df");
    const blocks = Number(found?.line.trim().split(/\s+/)[3]);
    return Number.isFinite(blocks) ? blocks * 1024 : undefined;
  } catch {
    return undefined;
  } finally {
    await session.query("DROP TABLE IF EXISTS postgres_ha_df").catch(() => undefined);
  }
}

const list = (select: string) => `coalesce((SELECT jsonb_agg(x ORDER BY x) FROM (${select}) AS l(x)), '[]')`;

const factsQuery = `
SELECT jsonb_build_object(
  'oid', c.oid::bigint, 'kind', c.relkind, 'persistence', c.relpersistence, 'rowSecurity', c.relrowsecurity, 'ownType', c.reloftype <> 0,
  'replicaIdentity', c.relreplident, 'tablespace', (SELECT spcname FROM pg_tablespace s WHERE s.oid = c.reltablespace),
  'options', coalesce(to_jsonb(c.reloptions), '[]'), 'owner', pg_get_userbyid(c.relowner), 'size', pg_total_relation_size(c.oid),
  'columns', (SELECT jsonb_agg(jsonb_build_object('name', attname, 'type', format_type(atttypid, NULL), 'notNull', attnotnull, 'generated', attgenerated,
      'plainType', t.typnamespace = 'pg_catalog'::regnamespace OR t.typtype IN ('e', 'd')) ORDER BY attnum)
    FROM pg_attribute JOIN pg_type t ON t.oid = atttypid WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped),
  'unique', coalesce((SELECT jsonb_agg(jsonb_build_object('name', i.relname, 'primary', x.indisprimary, 'partial', x.indpred IS NOT NULL,
      'deferrable', NOT x.indimmediate, 'columns', CASE WHEN x.indexprs IS NULL THEN
        (SELECT jsonb_agg(a.attname ORDER BY k.n) FROM unnest(x.indkey::int2[]) WITH ORDINALITY k(attnum, n)
         JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum = k.attnum WHERE k.n <= x.indnkeyatts) ELSE '[]' END) ORDER BY i.relname)
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid AND x.indisunique), '[]'),
  'indexes', coalesce((SELECT jsonb_agg(jsonb_build_object('name', i.relname, 'definition', pg_get_indexdef(i.oid),
      'prefix', format('CREATE %sINDEX %I ON %I.%I USING ', CASE WHEN x.indisunique THEN 'UNIQUE ' ELSE '' END, i.relname, n.nspname, c.relname),
      'valid', x.indisvalid, 'unique', x.indisunique, 'comment', obj_description(i.oid, 'pg_class'),
      'constraint', (SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conindid = i.oid AND contype = 'u' AND conrelid = c.oid)) ORDER BY i.relname)
    FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid WHERE x.indrelid = c.oid AND NOT x.indisprimary), '[]'),
  'inbound', coalesce((SELECT jsonb_agg(jsonb_build_object('name', conname, 'table', conrelid::regclass::text) ORDER BY conname)
    FROM pg_constraint WHERE confrelid = c.oid AND contype = 'f'), '[]'),
  'foreignKeys', ${list("SELECT conname FROM pg_constraint WHERE conrelid = c.oid AND contype = 'f'")},
  'unvalidated', ${list("SELECT conname FROM pg_constraint WHERE conrelid = c.oid AND NOT convalidated")},
  'noInherit', ${list("SELECT conname FROM pg_constraint WHERE conrelid = c.oid AND contype = 'c' AND connoinherit")},
  'exclusions', ${list("SELECT conname FROM pg_constraint WHERE conrelid = c.oid AND contype = 'x'")},
  'triggers', coalesce((SELECT jsonb_agg(jsonb_build_object('name', tgname, 'constraint', tgconstraint <> 0,
      'transitionTables', (tgoldtable IS NOT NULL OR tgnewtable IS NOT NULL) AND tgtype & 1 = 1) ORDER BY tgname)
    FROM pg_trigger WHERE tgrelid = c.oid AND NOT tgisinternal), '[]'),
  'rules', ${list("SELECT rulename FROM pg_rewrite WHERE ev_class = c.oid")},
  'policies', ${list("SELECT polname FROM pg_policy WHERE polrelid = c.oid")},
  'publications', ${list("SELECT pubname FROM pg_publication_tables WHERE schemaname = n.nspname AND tablename = c.relname")},
  'parents', ${list("SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = c.oid")},
  'heirs', ${list("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = c.oid")},
  'extension', (SELECT extname FROM pg_depend JOIN pg_extension e ON e.oid = refobjid WHERE classid = 'pg_class'::regclass AND objid = c.oid AND deptype = 'e'),
  'dependents', ${list(`
    SELECT DISTINCT CASE WHEN d.classid = 'pg_rewrite'::regclass
      THEN (SELECT pg_describe_object('pg_class'::regclass, ev_class, 0) FROM pg_rewrite WHERE oid = d.objid)
      ELSE pg_describe_object(d.classid, d.objid, d.objsubid) END
    FROM pg_depend d
    WHERE d.deptype = 'n' AND (
      (d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass)
        AND NOT EXISTS (SELECT FROM pg_rewrite r JOIN pg_class v ON v.oid = r.ev_class WHERE r.oid = d.objid AND (v.oid = c.oid OR (v.relkind = 'v' AND r.rulename = '_RETURN'))))
      -- A view that groups by the primary key relies on it being one.
      OR (d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_constraint'::regclass AND d.refobjid IN (SELECT oid FROM pg_constraint WHERE conrelid = c.oid))
      OR (d.refclassid = 'pg_type'::regclass AND d.refobjid IN (SELECT oid FROM pg_type WHERE oid = c.reltype UNION ALL SELECT typarray FROM pg_type WHERE oid = c.reltype)))`)},
  'views', ${list(`
    SELECT DISTINCT r.ev_class::regclass::text FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class
    WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = c.oid AND v.relkind = 'v'`)},
  'grants', (SELECT count(*) FROM aclexplode(c.relacl) WHERE grantee <> c.relowner),
  'taken', ${list("SELECT relname FROM pg_class WHERE relnamespace = n.oid")}
) AS facts
FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = $1 AND c.relname = $2`;
