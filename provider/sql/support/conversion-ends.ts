/**
 * How a conversion ends, for a person: CALL, outside any transaction, because each of these takes its locks for moments only, and commits in between.
 */
const patient = (act: string, purpose: string) => `
  FOR attempt IN 1..300 LOOP
    done := false;
    BEGIN
      PERFORM set_config('lock_timeout', '200ms', true), set_config('deadlock_timeout', '50ms', true);
      ${act}
      done := true;
    EXCEPTION WHEN lock_not_available OR deadlock_detected OR SQLSTATE 'PHA03' THEN
      blocker := SQLERRM;
    END;
    COMMIT;
    EXIT WHEN done;
    PERFORM pg_catalog.pg_sleep(least(0.5 + attempt * 0.1, 3));
  END LOOP;
  IF NOT done THEN
    RAISE EXCEPTION 'cannot ${purpose} %: other transactions hold it all the time: %', c.table_name, blocker
      USING HINT = 'SELECT * FROM pg_stat_activity shows them, by xact_start; nothing was changed, so call this again';
  END IF;`;

const fixed = `PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);`;

/** REPEATABLE READ, and nobody else at it: the lock is taken before the snapshot. */
const inOneSnapshot = `
  COMMIT;
  SET TRANSACTION ISOLATION LEVEL REPEATABLE READ;
  EXECUTE locking;
  ${fixed}`;

export const conversionEnds = `
CREATE OR REPLACE FUNCTION postgres_ha.conversion_of("table" oid, phases text[]) RETURNS postgres_ha.conversion
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c postgres_ha.conversion;
BEGIN
  SELECT * INTO c FROM postgres_ha.conversion WHERE "table" IN (original, converted) ORDER BY id DESC LIMIT 1;
  IF c.id IS NULL THEN
    RAISE EXCEPTION 'table % was not converted', "table"::regclass USING HINT = 'SELECT * FROM postgres_ha.conversions shows those that were';
  END IF;
  IF c.phase <> ALL (phases) THEN
    RAISE EXCEPTION 'the conversion of table % is "%"; this needs one that is "%"', "table"::regclass, c.phase, array_to_string(phases, '" or "')
      USING HINT = 'SELECT * FROM postgres_ha.conversions shows how far it is';
  END IF;
  RETURN c;
END $$;

-- What is left of a conversion beside the two tables.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_clear(c postgres_ha.conversion) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format('DROP SCHEMA IF EXISTS %I', format('postgres_ha_new_%s', c.id));
  EXECUTE format('DROP SCHEMA IF EXISTS %I', format('postgres_ha_original_%s', c.id));
  EXECUTE format('DROP TABLE IF EXISTS postgres_ha.conversion_log_%s', c.id);
  EXECUTE format('DROP FUNCTION IF EXISTS postgres_ha.conversion_log_%s()', c.id);
END $$;

-- Puts the original back in its place, with all that was written since. The partitioned table stays until abandon_conversion.
CREATE OR REPLACE PROCEDURE postgres_ha.rollback_conversion("table" regclass)
LANGUAGE plpgsql AS $$
DECLARE
  c postgres_ha.conversion := postgres_ha.conversion_of("table", '{swapped}');
  locking text := pg_catalog.format('LOCK TABLE ONLY %s IN SHARE UPDATE EXCLUSIVE MODE', c.original::regclass);
  caught_up bigint;
  done boolean;
  blocker text;
  since timestamptz;
  foreign_key name;
BEGIN
  ${inOneSnapshot}
  PERFORM postgres_ha.conversion_guard(c);
  PERFORM postgres_ha.conversion_refuse_new_columns(c);
  PERFORM postgres_ha.conversion_log_unlogged(c);
  FOR turn IN 1..100 LOOP
    ${inOneSnapshot}
    caught_up := postgres_ha.conversion_follow(c.id);
    EXIT WHEN caught_up < 1000;
  END LOOP;
  COMMIT;
  since := pg_catalog.clock_timestamp();
  ${patient("PERFORM postgres_ha.conversion_swap_back(c.id, since);", "roll back the conversion of")}
  FOR foreign_key IN SELECT conname FROM pg_catalog.pg_constraint WHERE conrelid = c.original AND contype = 'f' AND NOT convalidated LOOP
    PERFORM postgres_ha.conversion_run_as_owner(postgres_ha.conversion_of(c.original, '{rolled back}'), pg_catalog.format('ALTER TABLE %s VALIDATE CONSTRAINT %I', c.original::regclass, foreign_key));
    COMMIT;
  END LOOP;
END $$;

-- The original has no place for their values.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_refuse_new_columns(c postgres_ha.conversion) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  differing text;
BEGIN
  SELECT string_agg(format('%I %s', attname, format_type(atttypid, atttypmod)), ', ') INTO differing FROM (
    SELECT attname, atttypid, atttypmod FROM pg_attribute WHERE attrelid IN (c.original, c.converted) AND attnum > 0 AND NOT attisdropped
    GROUP BY 1, 2, 3 HAVING count(*) = 1) AS d;
  IF differing IS NOT NULL THEN
    RAISE EXCEPTION 'the columns of % were changed since it was converted: %', c.converted::regclass, differing
      USING HINT = format('Make the same change to %s, or undo it, and roll back then', c.original::regclass);
  END IF;
END $$;

-- Rows that came by a way that no trigger sees, e.g. with an attached partition.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_log_unlogged(c postgres_ha.conversion) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  PERFORM postgres_ha.conversion_lend_keys(c, 'INSERT');
  PERFORM postgres_ha.conversion_as_owner(c, format('WITH come AS (
      INSERT INTO pg_temp.postgres_ha_keys SELECT %s FROM %s AS l WHERE NOT EXISTS (SELECT FROM %s AS t WHERE %s) RETURNING 1)
    SELECT count(*) FROM come', postgres_ha.conversion_keys(c, 'l.'), c.converted::regclass, c.original::regclass, postgres_ha.conversion_same_key(c)));
  EXECUTE format('INSERT INTO %s SELECT * FROM pg_temp.postgres_ha_keys', c.log::regclass);
  DROP TABLE pg_temp.postgres_ha_keys;
END $$;

CREATE OR REPLACE FUNCTION postgres_ha.conversion_swap_back(which bigint, since timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c postgres_ha.conversion;
BEGIN
  SELECT * INTO STRICT c FROM postgres_ha.conversion WHERE id = which FOR UPDATE;
  IF c.phase <> 'swapped' THEN RETURN; END IF;
  PERFORM postgres_ha.conversion_refuse_old_snapshots(since);
  EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', c.converted::regclass);
  PERFORM postgres_ha.conversion_guard(c);
  PERFORM postgres_ha.conversion_refuse_new_columns(c);
  PERFORM postgres_ha.conversion_catch_up(c);
  PERFORM postgres_ha.conversion_exchange(c, c.converted, c.original, format('postgres_ha_new_%s', c.id));
  PERFORM postgres_ha.conversion_fence_in(c, c.original, 'rolled back');
  UPDATE postgres_ha.conversion SET phase = 'rolled back', updated_at = clock_timestamp() WHERE id = which;
END $$;

-- Drops the saved original, where the partitioned table holds all that it holds.
CREATE OR REPLACE PROCEDURE postgres_ha.finish_conversion("table" regclass)
LANGUAGE plpgsql AS $$
DECLARE
  c postgres_ha.conversion := postgres_ha.conversion_of("table", '{swapped}');
  locking text := pg_catalog.format('LOCK TABLE ONLY %s IN SHARE UPDATE EXCLUSIVE MODE', c.original::regclass);
  compared jsonb;
  done boolean;
  blocker text;
BEGIN
  ${inOneSnapshot}
  PERFORM postgres_ha.conversion_guard(c);
  compared := postgres_ha.conversion_compare(c);
  IF NOT (compared->>'equal')::boolean THEN
    RAISE EXCEPTION 'the saved original of % holds other rows than the partitioned table, leaving out those that were changed since: %', "table", compared
      USING HINT = 'Both are kept. Partitions that were removed by hand, or attached, are a reason; compare the rows, then DROP the original yourself';
  END IF;
  COMMIT;
  ${patient("PERFORM postgres_ha.conversion_finish(c.id);", "finish the conversion of")}
END $$;

CREATE OR REPLACE FUNCTION postgres_ha.conversion_finish(which bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c postgres_ha.conversion;
BEGIN
  SELECT * INTO STRICT c FROM postgres_ha.conversion WHERE id = which FOR UPDATE;
  IF c.phase <> 'swapped' THEN RETURN; END IF;
  EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', c.converted::regclass);
  PERFORM postgres_ha.conversion_release(c.converted);
  EXECUTE format('DROP TABLE %s', c.original::regclass);
  PERFORM postgres_ha.conversion_clear(c);
  UPDATE postgres_ha.conversion SET phase = 'finished', original = NULL, log = NULL, updated_at = clock_timestamp() WHERE id = which;
END $$;

-- Gives up a conversion that has not changed the tables' places, or was rolled back: the original stays, the partitioned copy goes.
CREATE OR REPLACE PROCEDURE postgres_ha.abandon_conversion("table" regclass)
LANGUAGE plpgsql AS $$
DECLARE
  c postgres_ha.conversion := postgres_ha.conversion_of("table", '{prepared,copying,copied,indexed,vacuumed,verified,rolled back}');
  done boolean;
  blocker text;
BEGIN
  COMMIT;
  ${patient("PERFORM postgres_ha.conversion_abandon(c.id);", "abandon the conversion of")}
END $$;

CREATE OR REPLACE FUNCTION postgres_ha.conversion_abandon(which bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c postgres_ha.conversion;
BEGIN
  SELECT * INTO STRICT c FROM postgres_ha.conversion WHERE id = which FOR UPDATE;
  IF c.phase IN ('swapped', 'finished', 'abandoned') THEN RETURN; END IF;
  PERFORM postgres_ha.conversion_release(c.original);
  EXECUTE format('DROP TABLE IF EXISTS %s', c.converted::regclass);
  PERFORM postgres_ha.conversion_clear(c);
  UPDATE postgres_ha.conversion SET phase = 'abandoned', converted = NULL, log = NULL, updated_at = clock_timestamp() WHERE id = which;
END $$;

DO $$
DECLARE
  f oid;
BEGIN
  FOR f IN SELECT oid FROM pg_proc WHERE pronamespace = 'postgres_ha'::regnamespace AND (proname LIKE 'conversion\\_%' OR proname LIKE '%\\_conversion') LOOP
    EXECUTE format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', f::regprocedure);
  END LOOP;
END $$;
`;
