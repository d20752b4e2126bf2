/** How partitions that are no longer kept go: oldest first, one at a time, by their real bounds. */
export const partitionsRemove = `
-- Seconds since the host was started, which no clock can change; NULL where the host does not say.
CREATE OR REPLACE FUNCTION postgres_ha.partition_uptime(OUT boot text, OUT uptime double precision)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  uptime := split_part(pg_read_file('/proc/uptime'), ' ', 1)::double precision;
  boot := rtrim(pg_read_file('/proc/sys/kernel/random/boot_id'), E'\n');
EXCEPTION WHEN OTHERS THEN
  boot := NULL;
END $$;

-- How far the clock is ahead of what this host's uptime allows; NULL on a host that was not seen since it was started.
CREATE OR REPLACE FUNCTION postgres_ha.partition_clock_ahead() RETURNS interval
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT clock_timestamp() - (c.clock + make_interval(secs => u.uptime - c.uptime)) FROM postgres_ha.partition_uptime() u JOIN postgres_ha.partition_clocks c ON c.boot = u.boot
$$;

-- NULL where the clock can be believed; else why not. Of a host that was just started nothing tells a clock that jumped from a server that was off: a person does.
CREATE OR REPLACE FUNCTION postgres_ha.partition_mistrust(t postgres_ha.partitioned_tables) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('the clock says %s, %s; if that is right, SELECT postgres_ha.accept_clock()', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"'),
    CASE WHEN ahead IS NULL THEN justify_interval(date_trunc('minute', clock_timestamp() - t.clock)) || ' after the last run'
      ELSE justify_interval(date_trunc('minute', ahead)) || ' more than has passed since the last run' END)
  FROM postgres_ha.partition_clock_ahead() AS ahead
  WHERE CASE WHEN ahead IS NULL THEN clock_timestamp() > t.clock + t.clock_tolerance ELSE ahead > interval '1 hour' END
$$;

-- Numbers have no clock: behind one that was far too high, all others would be old.
CREATE OR REPLACE FUNCTION postgres_ha.partition_gap(t postgres_ha.partitioned_tables) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH c AS MATERIALIZED (SELECT * FROM postgres_ha.partition_children(postgres_ha.partition_parent(t)) WHERE NOT is_default)
  SELECT format('no partition ends at %s, where one begins, so the values behind it may be a mistake; if they are right, make those between by postgres_ha.create_partition, or detach those before', trunc(min(c.lower)))
  FROM c WHERE c.lower > (SELECT min(lower) FROM c) AND c.lower <= postgres_ha.partition_current(t) AND NOT EXISTS (SELECT FROM c AS before WHERE before.upper = c.lower)
  HAVING count(*) > 0
$$;

CREATE OR REPLACE FUNCTION postgres_ha.partition_held(t postgres_ha.partitioned_tables) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT CASE WHEN t.keep IS NULL THEN NULL WHEN t.unit = 'range' THEN postgres_ha.partition_gap(t) ELSE postgres_ha.partition_mistrust(t) END
$$;

-- Takes what the clock says now as right, where nothing speaks against it.
CREATE OR REPLACE FUNCTION postgres_ha.partition_believe_clock() RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO postgres_ha.partition_clocks (boot, clock, uptime)
    SELECT u.boot, clock_timestamp(), u.uptime FROM postgres_ha.partition_uptime() u CROSS JOIN postgres_ha.partition_clock_ahead() AS ahead
    WHERE u.boot IS NOT NULL AND CASE WHEN ahead IS NOT NULL THEN ahead <= interval '1 hour'
      ELSE NOT EXISTS (SELECT FROM postgres_ha.partitioned_tables t WHERE clock_timestamp() > t.clock + t.clock_tolerance) END
  ON CONFLICT (boot) DO UPDATE SET clock = excluded.clock, uptime = excluded.uptime
$$;

CREATE OR REPLACE FUNCTION postgres_ha.accept_clock() RETURNS void
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  UPDATE postgres_ha.partitioned_tables SET clock = clock_timestamp();
  DELETE FROM postgres_ha.partition_clocks;
  SELECT postgres_ha.partition_believe_clock();
$$;

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
