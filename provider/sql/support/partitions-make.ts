/** Rows of DEFAULT that maintenance moves by itself: writers of DEFAULT wait for about half a second. */
export const rowsMovedUnasked = 50_000;

/** How children are made: by pg_partman, one at a time, each safe to ask for again. */
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
    'DECLARE result text; BEGIN EXECUTE statement INTO result; RETURN result; END');
  EXECUTE format('ALTER FUNCTION pg_temp.postgres_ha_as_owner(text) OWNER TO %s', owner);
  result := pg_temp.postgres_ha_as_owner(statement);
  DROP FUNCTION pg_temp.postgres_ha_as_owner(text);
  RETURN result;
END $$;

-- A child with its final name, and its indexes and constraints after it.
CREATE OR REPLACE FUNCTION postgres_ha.partition_rename(child regclass, wanted name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  old name := (SELECT relname FROM pg_class WHERE oid = child);
  part record;
BEGIN
  EXECUTE format('ALTER TABLE %s RENAME TO %I', child, wanted);
  FOR part IN
    SELECT i.indexrelid::regclass AS index, NULL::name AS "constraint", c.relname AS name FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE i.indrelid = child
    UNION ALL
    SELECT NULL, conname, conname FROM pg_constraint WHERE conrelid = child AND contype IN ('c', 'f') AND coninhcount = 0
  LOOP
    CONTINUE WHEN NOT starts_with(part.name, old || '_') OR octet_length(wanted || substr(part.name, length(old) + 1)) > 63;
    IF part.index IS NOT NULL THEN
      EXECUTE format('ALTER INDEX %s RENAME TO %I', part.index, wanted || substr(part.name, length(old) + 1));
    ELSE
      EXECUTE format('ALTER TABLE %s RENAME CONSTRAINT %I TO %I', child, part."constraint", wanted || substr(part.name, length(old) + 1));
    END IF;
  END LOOP;
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

-- pg_partman sets the search_path of the session, and SET clauses do not hold that back: its caller would lose the schemas it works in. So it finds
-- this one, which sets it for the function that calls; without pg_temp in front, where types of whoever asked for the partition would be found.
CREATE OR REPLACE FUNCTION postgres_ha.set_config(name text, value text, is_local boolean) RETURNS text
LANGUAGE plpgsql AS $$
BEGIN
  RETURN pg_catalog.set_config(name, pg_catalog.replace(value, 'partman,pg_temp,', 'partman,'), true);
END $$;

-- pg_partman makes one kind of error of all: what passes by itself gets its own back.
CREATE OR REPLACE FUNCTION postgres_ha.partition_by_partman(t postgres_ha.partitioned_tables, lowest numeric) RETURNS void
LANGUAGE plpgsql SET search_path = postgres_ha, pg_catalog, pg_temp SET lc_messages = 'C' AS $$
DECLARE
  message text;
BEGIN
  IF t.unit = 'range' THEN
    PERFORM partman.create_partition_id(t.schema_name || '.' || t.table_name, ARRAY[lowest::bigint]);
  ELSE
    PERFORM partman.create_partition_time(t.schema_name || '.' || t.table_name, ARRAY[to_timestamp(lowest::float8)]);
  END IF;
EXCEPTION WHEN raise_exception THEN
  message := split_part(SQLERRM, E'\nCONTEXT:', 1);
  RAISE EXCEPTION '%', message USING ERRCODE = CASE
    WHEN message LIKE 'canceling statement due to lock timeout%' THEN 'lock_not_available'
    WHEN message LIKE 'deadlock detected%' THEN 'deadlock_detected'
    WHEN message LIKE 'updated partition constraint for default partition%' THEN 'check_violation'
    ELSE 'raise_exception' END;
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
    WHEN t.name_format IS NULL THEN NULL
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
  IF wanted IS NOT NULL AND to_regclass(format('%I.%I', t.schema_name, wanted)) IS NOT NULL THEN
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
  PERFORM postgres_ha.partition_by_partman(t, lowest);
  SELECT c.child INTO existing FROM postgres_ha.partition_children(parent) c WHERE c.lower = lowest AND c.upper = highest;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'pg_partman made no partition of % for %', parent, bounds
      USING ERRCODE = 'duplicate_table', HINT = 'A table that is none of its partitions has the name that pg_partman gives; rename or drop that table';
  END IF;
  EXECUTE format('ALTER TABLE %s OWNER TO %s', existing::regclass, (SELECT relowner::regrole FROM pg_class WHERE oid = parent));
  IF moved > 0 THEN
    SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) INTO columns FROM pg_attribute
      WHERE attrelid = existing AND attnum > 0 AND NOT attisdropped AND attgenerated = '';
    PERFORM postgres_ha.partition_expect(moved, postgres_ha.partition_as_owner(parent,
      format('WITH come AS (INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM pg_temp.postgres_ha_moving RETURNING 1) SELECT count(*) FROM come',
        existing::regclass, columns, columns)), fallback);
    DROP TABLE pg_temp.postgres_ha_moving;
  END IF;
  IF wanted IS NOT NULL THEN PERFORM postgres_ha.partition_rename(existing, wanted); END IF;
  partition := (SELECT relname FROM pg_class WHERE oid = existing);
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
