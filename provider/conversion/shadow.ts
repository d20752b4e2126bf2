import { identifier, literal } from "../sql/connection.ts";
import type { Child } from "./children.ts";
import type { ConversionSpec } from "./spec.ts";
import type { IndexFacts, TableFacts } from "./survey.ts";

/** Where the partitioned table waits for its turn; its partitions stand beside the original from the start, where their names are free. */
export function newHome(id: string): string {
  return `postgres_ha_new_${id}`;
}

/** Where the original waits, once it has changed places. */
export function originalHome(id: string): string {
  return `postgres_ha_original_${id}`;
}

export function logName(id: string): string {
  return `postgres_ha.${identifier(`conversion_log_${id}`)}`;
}

export function converted(spec: ConversionSpec, id: string): string {
  return `${identifier(newHome(id))}.${identifier(spec.table)}`;
}

export function original({ schema, table }: Pick<ConversionSpec, "schema" | "table">): string {
  return `${identifier(schema)}.${identifier(table)}`;
}

/** The empty partitioned table, with all that a plain one can hand on but its indexes. */
export function shadowStatements(
  spec: ConversionSpec,
  facts: TableFacts,
  key: readonly string[],
  id: string,
): string[] {
  const shadow = converted(spec, id);
  const primary = facts.unique.find((unique) => unique.primary)?.name ?? `${spec.table}_pkey`;
  return [
    `CREATE SCHEMA ${identifier(newHome(id))}`,
    `COMMENT ON SCHEMA ${identifier(newHome(id))} IS ${literal(`pulumi-postgres-ha: ${spec.schema}.${spec.table}, partitioned, while it is not in use`)}`,
    `CREATE SCHEMA ${identifier(originalHome(id))}`,
    `COMMENT ON SCHEMA ${identifier(originalHome(id))} IS ${literal(`pulumi-postgres-ha: ${spec.schema}.${spec.table} as it was before it was partitioned`)}`,
    `CREATE TABLE ${shadow} (LIKE ${original(spec)} INCLUDING ALL EXCLUDING INDEXES) PARTITION BY RANGE (${identifier(spec.column)})`,
    `ALTER TABLE ${shadow} ADD CONSTRAINT ${identifier(primary)} PRIMARY KEY (${key.map(identifier).join(", ")})`,
    `ALTER TABLE ${shadow} OWNER TO ${identifier(facts.owner)}`,
    ...(facts.replicaIdentity === "f" ? [`ALTER TABLE ${shadow} REPLICA IDENTITY FULL`] : []),
  ];
}

/** The names of the identity columns' sequences, and what `INCLUDING ALL` leaves out: the table's comment, statistics targets. */
export function detailsStatement(spec: ConversionSpec, id: string): string {
  return `DO ${literal(`
DECLARE
  source oid := ${literal(original(spec))}::regclass;
  target oid := ${literal(converted(spec, id))}::regclass;
  r record;
BEGIN
  FOR r IN SELECT o.relname AS wanted, n.oid::regclass AS sequence, n.relname AS name FROM pg_attribute a
    JOIN pg_depend od ON od.refobjid = source AND od.refobjsubid = a.attnum AND od.deptype = 'i' AND od.classid = 'pg_class'::regclass
    JOIN pg_class o ON o.oid = od.objid AND o.relkind = 'S'
    JOIN pg_attribute b ON b.attrelid = target AND b.attname = a.attname
    JOIN pg_depend nd ON nd.refobjid = target AND nd.refobjsubid = b.attnum AND nd.deptype = 'i' AND nd.classid = 'pg_class'::regclass
    JOIN pg_class n ON n.oid = nd.objid AND n.relkind = 'S'
    WHERE a.attrelid = source AND o.relname <> n.relname LOOP
    EXECUTE format('ALTER SEQUENCE %s RENAME TO %I', r.sequence, r.wanted);
  END LOOP;
  FOR r IN SELECT attname, attstattarget FROM pg_attribute WHERE attrelid = source AND attnum > 0 AND NOT attisdropped AND attstattarget >= 0 LOOP
    EXECUTE format('ALTER TABLE %s ALTER COLUMN %I SET STATISTICS %s', target::regclass, r.attname, r.attstattarget);
  END LOOP;
  IF obj_description(source, 'pg_class') IS NOT NULL THEN
    EXECUTE format('COMMENT ON TABLE %s IS %L', target::regclass, obj_description(source, 'pg_class'));
  END IF;
END`)}`;
}

export function childStatements(
  spec: ConversionSpec,
  facts: TableFacts,
  { name, from, to }: Child,
  id: string,
): string[] {
  const child = `${identifier(spec.schema)}.${identifier(name)}`;
  const options = facts.options.length === 0 ? "" : ` WITH (${facts.options.join(", ")})`;
  return [
    `CREATE TABLE ${child} PARTITION OF ${converted(spec, id)} FOR VALUES FROM (${literal(from)}) TO (${literal(to)})${options}`,
    `ALTER TABLE ${child} OWNER TO ${identifier(facts.owner)}`,
    ...(facts.replicaIdentity === "f" ? [`ALTER TABLE ${child} REPLICA IDENTITY FULL`] : []),
  ];
}

/** The log of changed keys, and the trigger's function, which writes with its owner's rights: writers have none here. */
export function logStatements(spec: ConversionSpec, key: readonly string[], id: string): string[] {
  const columns = key.map(identifier).join(", ");
  const of = (record: "OLD" | "NEW") => key.map((name) => `${record}.${identifier(name)}`).join(", ");
  const log = logName(id);
  return [
    // Of the new table: to plan a query of the original can run functions of its owner.
    `CREATE TABLE ${log} AS SELECT ${columns} FROM ONLY ${converted(spec, id)} WHERE false`,
    // Cutting off its end would lock it, with writers waiting.
    `ALTER TABLE ${log} SET (vacuum_truncate = false, autovacuum_vacuum_threshold = 10000, autovacuum_vacuum_scale_factor = 0)`,
    `CREATE FUNCTION ${log}() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS ${literal(`
BEGIN
  IF TG_OP <> 'INSERT' THEN
    INSERT INTO ${log} VALUES (${of("OLD")});
  END IF;
  IF TG_OP = 'INSERT' OR TG_OP = 'UPDATE' AND ROW(${of("NEW")})::record OPERATOR(pg_catalog.*<>) ROW(${of("OLD")})::record THEN
    INSERT INTO ${log} VALUES (${of("NEW")});
  END IF;
  RETURN NULL;
END`)}`,
    `REVOKE ALL ON FUNCTION ${log}() FROM PUBLIC`,
  ];
}

/** An index or unique constraint of the original, on the partitioned table, under its own name: empty, to be completed child by child. */
export function indexStatements(spec: ConversionSpec, index: IndexFacts, id: string): string[] {
  const full = `${identifier(newHome(id))}.${identifier(index.name)}`;
  const comment = index.comment === null ? [] : [`COMMENT ON INDEX ${full} IS ${literal(index.comment)}`];
  return [indexStatement(index, `ONLY ${converted(spec, id)}`, identifier(index.name)), ...comment];
}

/** The same index of one child, under a name that PostgreSQL chooses, and attached to the one of the whole table. */
export function childIndexStatement(spec: ConversionSpec, index: IndexFacts, child: string, id: string): string {
  const table = `${identifier(spec.schema)}.${identifier(child)}`;
  const whole = `${identifier(newHome(id))}.${identifier(index.name)}`;
  return `DO ${literal(`
DECLARE
  others oid[] := ARRAY(SELECT indexrelid FROM pg_index WHERE indrelid = ${literal(table)}::regclass);
  made regclass;
BEGIN
  EXECUTE ${literal(indexStatement(index, table))};
  SELECT indexrelid INTO STRICT made FROM pg_index WHERE indrelid = ${literal(table)}::regclass AND indexrelid <> ALL (others);
  PERFORM postgres_ha.conversion_run_as_owner(c, format('ALTER INDEX %s ATTACH PARTITION %s', ${literal(whole)}, made)) FROM postgres_ha.conversion c WHERE id = ${literal(id)};
END`)}`;
}

function indexStatement(index: IndexFacts, table: string, name = ""): string {
  if (index.constraint !== null)
    return `ALTER TABLE ${table} ADD ${name === "" ? "" : `CONSTRAINT ${name} `}${index.constraint}`;
  if (!index.definition.startsWith(index.prefix))
    throw new Error(`an index in other words than expected: ${index.definition}`);
  const definition = index.definition.slice(index.prefix.length);
  return `CREATE ${index.unique ? "UNIQUE " : ""}INDEX ${name} ON ${table} USING ${definition}`.replace("  ", " ");
}
