/** How partitions that are no longer kept go: oldest first, one at a time, by their real bounds. */
export const partitionsRemove = `
-- NULL where the clock can be believed; else why not. Nothing inside a server tells a clock that jumped from a server that was off: a person does.
CREATE OR REPLACE FUNCTION postgres_ha.partition_held(t postgres_ha.partitioned_tables) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('the clock says %s, %s after the last run; if that is right, SELECT postgres_ha.accept_clock(''%I.%I'')',
      to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'), justify_interval(date_trunc('minute', clock_timestamp() - t.clock)), t.schema_name, t.table_name)
  WHERE t.keep IS NOT NULL AND t.unit <> 'range' AND clock_timestamp() > t.clock + t.clock_tolerance
$$;

CREATE OR REPLACE FUNCTION postgres_ha.accept_clock("table" regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t postgres_ha.partitioned_tables := postgres_ha.partition_registered("table");
BEGIN
  UPDATE postgres_ha.partitioned_tables r SET clock = clock_timestamp() WHERE r.schema_name = t.schema_name AND r.table_name = t.table_name;
END $$;

CREATE OR REPLACE FUNCTION postgres_ha.partition_expired(t postgres_ha.partitioned_tables) RETURNS TABLE (child oid, upper numeric)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT c.child, c.upper FROM postgres_ha.partition_children(postgres_ha.partition_parent(t)) c
  WHERE NOT c.is_default AND c.upper <= postgres_ha.partition_cutoff(t) ORDER BY c.upper
$$;

CREATE OR REPLACE FUNCTION postgres_ha.partition_take_out(t postgres_ha.partitioned_tables, child regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET lock_timeout = '800ms' AS $$
DECLARE
  parent regclass := postgres_ha.partition_parent(t);
BEGIN
  PERFORM postgres_ha.partition_lock(t);
  EXECUTE format('LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE', parent);
  EXECUTE format('ALTER TABLE %s DETACH PARTITION %s', parent, child);
  IF t.expired <> 'detach' THEN EXECUTE format('DROP TABLE %s', child); END IF;
END $$;

-- The table is locked only when the rows are safe: until then partitions can be made, however long the archive takes.
CREATE OR REPLACE FUNCTION postgres_ha.partition_remove(t postgres_ha.partitioned_tables, child oid, OUT partition text, OUT details text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' SET DateStyle = 'ISO, YMD' SET lock_timeout = '10s' AS $$
DECLARE
  object text;
BEGIN
  IF NOT pg_try_advisory_xact_lock(hashtextextended(format('postgres_ha:retention of %s.%s', t.schema_name, t.table_name), 0)) THEN
    details := 'another session is at it';
    RETURN;
  END IF;
  -- Asked again under the lock: what was listed may be gone, or another session may have changed what is kept.
  t := postgres_ha.partition_registered(postgres_ha.partition_parent(t));
  SELECT c.relname INTO partition FROM postgres_ha.partition_expired(t) e JOIN pg_class c ON c.oid = e.child WHERE e.child = partition_remove.child;
  IF NOT FOUND THEN
    details := 'it is gone already';
    RETURN;
  END IF;
  IF t.expired = 'archive' THEN
    EXECUTE 'SELECT postgres_ha.archive_partition($1)' INTO object USING child::regclass;
  END IF;
  FOR attempt IN 1..12 LOOP
    BEGIN
      PERFORM postgres_ha.partition_take_out(t, child);
      EXIT;
    EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
      IF attempt = 12 THEN RAISE; END IF;
    END;
    PERFORM pg_sleep(0.05 * attempt);
  END LOOP;
  details := CASE t.expired WHEN 'drop' THEN 'dropped' WHEN 'detach' THEN 'a table of its own now' ELSE 'archived as ' || object END
    || format('; kept is what is younger than %s', t.keep);
END $$;
`;
