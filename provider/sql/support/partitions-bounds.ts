/**
 * Where partitions begin and end, as numbers: seconds since 1970 for time, the values themselves for a range. All of it is computed in UTC, whatever the time
 * zone of the server or the session.
 */
export const partitionsBounds = `
-- Reads a table with the rights to read, and no others: to plan a query is enough to run an IMMUTABLE function of the table's owner, from an index
-- or a check, and those who call are superusers.
DO $$ BEGIN
  IF NOT EXISTS (SELECT FROM pg_catalog.pg_roles WHERE rolname OPERATOR(pg_catalog.=) 'postgres_ha_reader') THEN
    CREATE ROLE postgres_ha_reader NOLOGIN BYPASSRLS IN ROLE pg_read_all_data;
  END IF;
EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
END $$;
GRANT USAGE ON SCHEMA postgres_ha TO postgres_ha_reader;
CREATE OR REPLACE FUNCTION postgres_ha.partition_read(query text) RETURNS text
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  result text;
BEGIN
  EXECUTE query INTO result;
  RETURN result;
END $$;
ALTER FUNCTION postgres_ha.partition_read(text) OWNER TO postgres_ha_reader;

CREATE OR REPLACE FUNCTION postgres_ha.partition_start(unit text, step bigint, at numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN unit = 'range' THEN at - ((at % step) + step) % step
    ELSE extract(epoch FROM date_trunc(unit, to_timestamp(at::float8) AT TIME ZONE 'UTC')) END
$$;

CREATE OR REPLACE FUNCTION postgres_ha.partition_interval(unit text) RETURNS interval
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE unit WHEN 'range' THEN NULL WHEN 'quarter' THEN interval '3 months' ELSE ('1 ' || unit)::interval END
$$;

CREATE OR REPLACE FUNCTION postgres_ha.partition_end(unit text, step bigint, start numeric) RETURNS numeric
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN unit = 'range' THEN start + step
    ELSE extract(epoch FROM (to_timestamp(start::float8) AT TIME ZONE 'UTC') + postgres_ha.partition_interval(unit)) END
$$;

-- A bound as a literal of the column, and for people.
CREATE OR REPLACE FUNCTION postgres_ha.partition_value(unit text, at numeric) RETURNS text
LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE WHEN unit = 'range' THEN trunc(at)::text ELSE to_char(to_timestamp(at::float8) AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS"+00"') END
$$;

CREATE OR REPLACE FUNCTION postgres_ha.partition_children(parent oid)
RETURNS TABLE (child oid, is_default boolean, lower numeric, upper numeric)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' AS $$
  SELECT c.oid, bound = 'DEFAULT', at[1], at[2]
  FROM pg_partitioned_table p
  JOIN pg_attribute a ON a.attrelid = p.partrelid AND a.attnum = p.partattrs[0]
  JOIN pg_inherits i ON i.inhparent = p.partrelid
  JOIN pg_class c ON c.oid = i.inhrelid
  CROSS JOIN LATERAL pg_get_expr(c.relpartbound, c.oid) AS bound
  CROSS JOIN LATERAL (
    SELECT array_agg(CASE
      WHEN value = 'MINVALUE' THEN '-Infinity'::numeric
      WHEN value = 'MAXVALUE' THEN 'Infinity'::numeric
      WHEN a.atttypid IN ('timestamptz'::regtype, 'timestamp'::regtype, 'date'::regtype) THEN extract(epoch FROM value::timestamptz)
      ELSE value::numeric END ORDER BY n) AS at
    FROM unnest(regexp_match(bound, '^FOR VALUES FROM \\(''?([^'']*)''?\\) TO \\(''?([^'']*)''?\\)$')) WITH ORDINALITY AS bounds(value, n)
  ) AS bounds
  WHERE p.partrelid = parent AND p.partstrat = 'r' AND p.partnatts = 1
$$;

CREATE OR REPLACE FUNCTION postgres_ha.partition_parent(t postgres_ha.partitioned_tables) RETURNS regclass
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  parent regclass := to_regclass(format('%I.%I', t.schema_name, t.table_name));
BEGIN
  IF parent IS NULL THEN
    RAISE EXCEPTION 'table %.% is gone', t.schema_name, t.table_name USING ERRCODE = 'undefined_table',
      HINT = 'Take its PartitionedTable out of the program, or run up to make it again';
  END IF;
  RETURN parent;
END $$;

CREATE OR REPLACE FUNCTION postgres_ha.partition_registered(parent regclass) RETURNS postgres_ha.partitioned_tables
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t postgres_ha.partitioned_tables;
BEGIN
  SELECT r.* INTO t FROM postgres_ha.partitioned_tables r JOIN pg_class c ON c.relname = r.table_name
    JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = r.schema_name WHERE c.oid = parent;
  IF NOT FOUND THEN
    RAISE EXCEPTION '% is no table whose partitions are maintained here', parent USING ERRCODE = 'invalid_parameter_value',
      HINT = 'Declare it as a PartitionedTable; those that are stand in postgres_ha.partitioned_tables';
  END IF;
  RETURN t;
END $$;

-- Where the rows of now go: for a range behind the highest value, found in the highest partition that has rows.
CREATE OR REPLACE FUNCTION postgres_ha.partition_current(t postgres_ha.partitioned_tables) RETURNS numeric
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  child oid;
  highest text;
BEGIN
  IF t.unit <> 'range' THEN RETURN extract(epoch FROM clock_timestamp()); END IF;
  FOR child IN SELECT c.child FROM postgres_ha.partition_children(postgres_ha.partition_parent(t)) c WHERE NOT c.is_default ORDER BY c.lower DESC LOOP
    highest := postgres_ha.partition_read(format('SELECT max(%I) FROM %s', t.control, child::regclass));
    IF highest IS NOT NULL THEN RETURN highest::numeric; END IF;
  END LOOP;
  RETURN 0;
END $$;

-- What is older than this is no longer kept; NULL where everything is. A column without a time zone may be a day off from UTC, so a day is added.
CREATE OR REPLACE FUNCTION postgres_ha.partition_cutoff(t postgres_ha.partitioned_tables) RETURNS numeric
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE
    WHEN t.keep IS NULL THEN NULL
    WHEN t.unit = 'range' THEN postgres_ha.partition_current(t) - t.keep::numeric
    ELSE extract(epoch FROM (clock_timestamp() AT TIME ZONE 'UTC') - t.keep::interval)
      - CASE WHEN EXISTS (SELECT FROM pg_attribute WHERE attrelid = postgres_ha.partition_parent(t) AND attname = t.control AND atttypid = 'timestamptz'::regtype)
        THEN 0 ELSE 86400 END
  END
$$;
`;
