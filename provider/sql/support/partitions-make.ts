/** Rows of DEFAULT that maintenance moves by itself: writers of DEFAULT wait for about half a second. */
export const rowsMovedUnasked = 50_000;

/** How children are made: by pg_partman's configuration, one at a time, each safe to ask for again. */
export const partitionsMake = `
-- One after the other, from any session; whoever waits gives up before PostgreSQL looks for a deadlock, and tries again.
CREATE OR REPLACE FUNCTION postgres_ha.partition_lock(t postgres_ha.partitioned_tables) RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  SELECT pg_advisory_xact_lock(hashtextextended(format('postgres_ha:partitions of %s.%s', t.schema_name, t.table_name), 0))
$$;

-- Runs a statement as the owner of a table, who cannot become anyone else in it: triggers and checks are the owner's code, and the caller is a superuser.
-- Foreign keys and triggers stay silent: rows that change their partition are no news to anyone.
CREATE OR REPLACE FUNCTION postgres_ha.partition_as_owner(parent regclass, statement text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET session_replication_role = replica AS $$
DECLARE
  owner regrole;
  schema_name name;
  result text;
BEGIN
  SELECT c.relowner, n.nspname INTO STRICT owner, schema_name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = parent;
  DROP FUNCTION IF EXISTS pg_temp.postgres_ha_as_owner(text);
  EXECUTE format('CREATE FUNCTION pg_temp.postgres_ha_as_owner(statement text) RETURNS text LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = pg_catalog, %I, public, pg_temp AS %L', schema_name,
    'DECLARE result text; BEGIN
       IF statement ~ ''^(CREATE|ALTER) '' THEN EXECUTE statement; ELSE EXECUTE statement INTO result; END IF;
       RETURN result;
     END');
  EXECUTE format('ALTER FUNCTION pg_temp.postgres_ha_as_owner(text) OWNER TO %s', owner);
  result := pg_temp.postgres_ha_as_owner(statement);
  DROP FUNCTION pg_temp.postgres_ha_as_owner(text);
  RETURN result;
END $$;

-- Triggers that fire always and row security could keep rows back; then all of it is taken back.
CREATE OR REPLACE FUNCTION postgres_ha.partition_expect(expected bigint, handled text, fallback regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF handled::bigint IS DISTINCT FROM expected THEN
    RAISE EXCEPTION '% rows of % were to be moved into their partition, and % could be', expected, fallback, handled
      USING HINT = 'A trigger that is enabled ALWAYS, or row security that is forced, keeps the others back; nothing was changed';
  END IF;
END $$;

-- The name that pg_partman gives.
CREATE OR REPLACE FUNCTION postgres_ha.partition_name(t postgres_ha.partitioned_tables, lowest numeric) RETURNS name
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' AS $$
BEGIN
  RETURN partman.check_name_length(t.table_name, CASE
    WHEN t.unit = 'range' THEN trunc(lowest)::text
    ELSE to_char(to_timestamp(lowest::float8), (SELECT datetime_string FROM partman.part_config WHERE parent_table = t.schema_name || '.' || t.table_name)) END, true);
END $$;

-- What the owner of a table needs for another child and does not have: its schema and the functions of its triggers may be another's.
CREATE OR REPLACE FUNCTION postgres_ha.partition_lacking(parent regclass) RETURNS text[]
LANGUAGE sql VOLATILE SET search_path = pg_catalog, pg_temp AS $$
  SELECT array_agg(lacking) FROM (
    SELECT format('%s ON SCHEMA %I', privilege, n.nspname) AS lacking
      FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace CROSS JOIN unnest(ARRAY['USAGE', 'CREATE']) AS privilege
      WHERE c.oid = parent AND NOT has_schema_privilege(c.relowner, n.oid, privilege)
    UNION
    SELECT format('EXECUTE ON FUNCTION %s', t.tgfoid::regprocedure) FROM pg_class c JOIN pg_trigger t ON t.tgrelid = c.oid
      WHERE c.oid = parent AND NOT t.tgisinternal AND NOT has_function_privilege(c.relowner, t.tgfoid, 'EXECUTE')
  ) AS rights
$$;

-- Makes a child as pg_partman does, but as the owner of the table: constant expressions in its checks and indexes run when it is made. ATTACH locks the
-- table less than CREATE TABLE .. PARTITION OF does.
CREATE OR REPLACE FUNCTION postgres_ha.partition_add(parent regclass, child_name name, bounds text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  owner regrole;
  "table" text;
  child text;
  place text;
  replica "char";
  given text[] := postgres_ha.partition_lacking(parent);
  privilege text;
BEGIN
  SELECT c.relowner, format('%I.%I', n.nspname, c.relname), format('%I.%I', n.nspname, child_name), coalesce(' TABLESPACE ' || quote_ident(s.spcname), ''), c.relreplident
    INTO STRICT owner, "table", child, place, replica
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_tablespace s ON s.oid = c.reltablespace WHERE c.oid = parent;
  -- The owner has it for this transaction alone; two at once would stand in each other's way.
  IF given IS NOT NULL THEN
    PERFORM pg_advisory_xact_lock(hashtextextended('postgres_ha:rights for a partition', 0));
    given := postgres_ha.partition_lacking(parent);
  END IF;
  FOREACH privilege IN ARRAY coalesce(given, '{}') LOOP EXECUTE format('GRANT %s TO %s', privilege, owner); END LOOP;
  PERFORM postgres_ha.partition_as_owner(parent, format('CREATE TABLE %s (LIKE %s INCLUDING COMMENTS INCLUDING COMPRESSION INCLUDING CONSTRAINTS INCLUDING DEFAULTS
    INCLUDING GENERATED INCLUDING STATISTICS INCLUDING STORAGE)%s', child, "table", place));
  PERFORM postgres_ha.partition_as_owner(parent, format('ALTER TABLE %s ATTACH PARTITION %s %s', "table", child, bounds));
  IF replica <> 'd' THEN
    PERFORM postgres_ha.partition_as_owner(parent, format('ALTER TABLE %s REPLICA IDENTITY %s', child, CASE replica WHEN 'f' THEN 'FULL' WHEN 'n' THEN 'NOTHING'
      ELSE (SELECT format('USING INDEX %I', c.relname) FROM pg_index whole JOIN pg_inherits i ON i.inhparent = whole.indexrelid JOIN pg_index part ON part.indexrelid = i.inhrelid
        JOIN pg_class c ON c.oid = part.indexrelid WHERE whole.indrelid = parent AND whole.indisreplident AND part.indrelid = child::regclass) END));
  END IF;
  FOREACH privilege IN ARRAY coalesce(given, '{}') LOOP EXECUTE format('REVOKE %s FROM %s', privilege, owner); END LOOP;
END $$;

-- Makes the partition that holds a value, and moves what is in DEFAULT and belongs into it. Does nothing where it is there.
CREATE OR REPLACE FUNCTION postgres_ha.partition_make(t postgres_ha.partitioned_tables, at numeric, rows_at_most bigint, OUT partition text, OUT made boolean, OUT moved bigint)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' SET IntervalStyle = 'postgres' SET lock_timeout = '800ms' AS $$
DECLARE
  parent regclass := postgres_ha.partition_parent(t);
  lowest numeric := postgres_ha.partition_start(t.unit, t.step, at);
  highest numeric := postgres_ha.partition_end(t.unit, t.step, lowest);
  bounds text := format('[%s, %s)', postgres_ha.partition_value(t.unit, lowest), postgres_ha.partition_value(t.unit, highest));
  inside text := format('%1$I >= %2$L AND %1$I < %3$L', t.control, postgres_ha.partition_value(t.unit, lowest), postgres_ha.partition_value(t.unit, highest));
  wanted name := CASE
    WHEN t.name_format IS NULL THEN postgres_ha.partition_name(t, lowest)
    WHEN t.unit = 'range' THEN t.table_name || replace(t.name_format, '{START}', trunc(lowest)::text)
    ELSE t.table_name || to_char(to_timestamp(lowest::float8), t.name_format) END;
  fallback regclass;
  columns text;
  existing oid;
BEGIN
  PERFORM postgres_ha.partition_lock(t);
  moved := 0;
  made := false;
  SELECT c.child INTO existing FROM postgres_ha.partition_children(parent) c WHERE c.lower <= lowest AND c.upper >= highest;
  IF FOUND THEN
    partition := (SELECT relname FROM pg_class WHERE oid = existing);
    RETURN;
  END IF;
  SELECT c.child INTO existing FROM postgres_ha.partition_children(parent) c WHERE c.lower < highest AND c.upper > lowest LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION 'the partition of % for % cannot be made: % holds a part of it', parent, bounds, existing::regclass
      USING ERRCODE = 'object_not_in_prerequisite_state', HINT = 'Its bounds are no whole interval in UTC; detach it and move its rows';
  END IF;
  IF to_regclass(format('%I.%I', t.schema_name, wanted)) IS NOT NULL THEN
    RAISE EXCEPTION 'the partition of % for % cannot be made: %.% exists, and is none of its partitions', parent, bounds, t.schema_name, wanted
      USING ERRCODE = 'duplicate_table', HINT = 'Rename or drop that table';
  END IF;
  SELECT c.child INTO fallback FROM postgres_ha.partition_children(parent) c WHERE c.is_default;
  IF fallback IS NOT NULL THEN
    moved := postgres_ha.partition_read(format('SELECT count(*) FROM (SELECT FROM ONLY %s WHERE %s LIMIT 1) AS few', fallback, inside));
    IF moved > 0 THEN
      EXECUTE format('LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE', fallback);
      moved := postgres_ha.partition_read(format('SELECT count(*) FROM (SELECT FROM ONLY %s WHERE %s LIMIT %s) AS few', fallback, inside, rows_at_most + 1));
      IF moved > rows_at_most THEN
        RAISE EXCEPTION 'the partition of % for % cannot be made yet: more than % of its rows are in %', parent, bounds, rows_at_most, fallback
          USING ERRCODE = 'PHP01', HINT = format('CALL postgres_ha.move_default_rows(%L) moves them, partition by partition; what is in DEFAULT cannot be read or written meanwhile', parent);
      END IF;
      DROP TABLE IF EXISTS pg_temp.postgres_ha_moving;
      EXECUTE format('CREATE TEMPORARY TABLE postgres_ha_moving (LIKE %s) ON COMMIT DROP', fallback);
      EXECUTE format('GRANT SELECT, INSERT ON pg_temp.postgres_ha_moving TO %s', (SELECT relowner::regrole FROM pg_class WHERE oid = parent));
      IF (SELECT relowner FROM pg_class WHERE oid = fallback) <> (SELECT relowner FROM pg_class WHERE oid = parent) THEN
        EXECUTE format('ALTER TABLE %s OWNER TO %s', fallback, (SELECT relowner::regrole FROM pg_class WHERE oid = parent));
      END IF;
      PERFORM postgres_ha.partition_expect(moved, postgres_ha.partition_as_owner(parent,
        format('WITH gone AS (DELETE FROM ONLY %s WHERE %s RETURNING *), kept AS (INSERT INTO pg_temp.postgres_ha_moving SELECT * FROM gone RETURNING 1)
          SELECT count(*) FROM kept', fallback, inside)), fallback);
    END IF;
  END IF;
  PERFORM postgres_ha.partition_add(parent, wanted,
    format('FOR VALUES FROM (%L) TO (%L)', postgres_ha.partition_value(t.unit, lowest), postgres_ha.partition_value(t.unit, highest)));
  existing := format('%I.%I', t.schema_name, wanted)::regclass;
  IF moved > 0 THEN
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute
      WHERE attrelid = existing AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
    PERFORM postgres_ha.partition_expect(moved, postgres_ha.partition_as_owner(parent,
      format('WITH come AS (INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM pg_temp.postgres_ha_moving RETURNING 1) SELECT count(*) FROM come',
        existing::regclass, columns, columns)), fallback);
    DROP TABLE pg_temp.postgres_ha_moving;
  END IF;
  partition := wanted;
  made := true;
END $$;

-- Again where another session was in the way: all locks of an attempt are given back before the next.
CREATE OR REPLACE FUNCTION postgres_ha.partition_make_patiently(t postgres_ha.partitioned_tables, at numeric, rows_at_most bigint, OUT partition text, OUT made boolean, OUT moved bigint)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  FOR attempt IN 1..12 LOOP
    BEGIN
      SELECT m.partition, m.made, m.moved INTO partition, made, moved FROM postgres_ha.partition_make(t, at, rows_at_most) m;
      RETURN;
    -- check_violation: a row came into DEFAULT meanwhile.
    EXCEPTION WHEN lock_not_available OR deadlock_detected OR check_violation THEN
      IF attempt = 12 THEN RAISE; END IF;
    END;
    PERFORM pg_sleep(0.05 * attempt);
  END LOOP;
END $$;

-- What the functions with the users' own names call.
CREATE OR REPLACE FUNCTION postgres_ha.create_partition("table" regclass, at timestamptz) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.partition FROM postgres_ha.partition_make_patiently(postgres_ha.partition_registered("table"), extract(epoch FROM at), ${rowsMovedUnasked}) m
$$;
CREATE OR REPLACE FUNCTION postgres_ha.create_partition("table" regclass, at bigint) RETURNS text
LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT m.partition FROM postgres_ha.partition_make_patiently(postgres_ha.partition_registered("table"), at, ${rowsMovedUnasked}) m
$$;

-- Empties DEFAULT, however many rows it holds: one transaction for each partition that they belong into.
CREATE OR REPLACE PROCEDURE postgres_ha.move_default_rows("table" regclass)
LANGUAGE plpgsql AS $$
DECLARE
  t postgres_ha.partitioned_tables := postgres_ha.partition_registered("table");
  fallback oid;
  lowest text;
  result record;
BEGIN
  LOOP
    PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);
    SELECT c.child INTO fallback FROM postgres_ha.partition_children("table") c WHERE c.is_default;
    EXIT WHEN NOT FOUND;
    lowest := postgres_ha.partition_read(format('SELECT min(%1$I)::text FROM ONLY %2$s WHERE %3$s', t.control, fallback::regclass,
      CASE WHEN t.unit = 'range' THEN 'true' ELSE format('isfinite(%I)', t.control) END));
    EXIT WHEN lowest IS NULL;
    SELECT * INTO result FROM postgres_ha.partition_make_patiently(t, postgres_ha.partition_position(t, lowest), 9000000000000000000);
    RAISE NOTICE '% rows are in % now', result.moved, result.partition;
    COMMIT;
  END LOOP;
END $$;

CREATE OR REPLACE FUNCTION postgres_ha.partition_position(t postgres_ha.partitioned_tables, value text) RETURNS numeric
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF t.unit = 'range' THEN RETURN value::numeric; END IF;
  IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = postgres_ha.partition_parent(t) AND attname = t.control AND atttypid = 'timestamptz'::regtype) THEN
    RETURN extract(epoch FROM value::timestamptz);
  END IF;
  RETURN extract(epoch FROM value::timestamp);
END $$;
`;
