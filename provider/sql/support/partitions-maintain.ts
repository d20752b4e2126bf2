import { rowsMovedUnasked } from "./partitions-make.ts";

const mostMadeAtOnce = 500;

const fixed = `PERFORM pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', true);`;

/**
 * One run of the maintenance, in steps that each are a transaction of their own where a schedule runs them: what was made stays whatever comes after, and no
 * lock outlives its step. Safe to run twice, at the same time, and to be cut short.
 */
export const partitionsMaintain = `
-- The first partition that should be there and is not, after a position; NULL where none is missing.
CREATE OR REPLACE FUNCTION postgres_ha.partition_missing(t postgres_ha.partitioned_tables, after numeric) RETURNS numeric
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  current numeric := postgres_ha.partition_start(t.unit, t.step, postgres_ha.partition_current(t));
  cutoff numeric := postgres_ha.partition_cutoff(t);
  missing numeric;
BEGIN
  WITH wanted AS (
    SELECT n AS lower FROM generate_series(greatest(current - t.step, 0), current + t.ahead * t.step, t.step) n WHERE t.unit = 'range'
    UNION ALL
    SELECT extract(epoch FROM m) FROM generate_series(
      date_trunc(t.unit, least(t.first_day::timestamp, to_timestamp(current::float8) AT TIME ZONE 'UTC' - postgres_ha.partition_interval(t.unit))),
      to_timestamp(current::float8) AT TIME ZONE 'UTC' + t.ahead * postgres_ha.partition_interval(t.unit),
      postgres_ha.partition_interval(t.unit)) m WHERE t.unit <> 'range'
  )
  SELECT min(w.lower) INTO missing FROM wanted w
  LEFT JOIN postgres_ha.partition_children(postgres_ha.partition_parent(t)) c ON c.lower <= w.lower AND c.upper > w.lower
  WHERE c.child IS NULL AND (after IS NULL OR w.lower > after) AND (cutoff IS NULL OR postgres_ha.partition_end(t.unit, t.step, w.lower) > cutoff);
  RETURN missing;
END $$;

-- The next step of a run. phase: make, remove, done.
CREATE OR REPLACE FUNCTION postgres_ha.partition_step(schema_name name, table_name name, INOUT phase text, INOUT after numeric,
  OUT action text, OUT partition text, OUT details text, OUT ok boolean)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t postgres_ha.partitioned_tables;
  expired record;
  step record;
  hint text;
BEGIN
  ok := true;
  SELECT r.* INTO t FROM postgres_ha.partitioned_tables r WHERE r.schema_name = partition_step.schema_name AND r.table_name = partition_step.table_name;
  IF NOT FOUND THEN
    phase := 'done';
    RETURN;
  END IF;
  BEGIN
    IF phase = 'make' THEN
      after := postgres_ha.partition_missing(t, after);
      IF after IS NOT NULL THEN
        partition := postgres_ha.partition_value(t.unit, after);
        SELECT * INTO step FROM postgres_ha.partition_make_patiently(t, after, ${rowsMovedUnasked}) m;
        IF step.made THEN
          action := 'CREATE';
          partition := step.partition;
          details := CASE step.moved WHEN 0 THEN 'made' ELSE format('made, with %s rows that were in DEFAULT', step.moved) END;
        END IF;
        RETURN;
      END IF;
      -- Those who only make partitions stop here.
      phase := 'remove';
      after := NULL;
      RETURN;
    END IF;
    IF phase = 'remove' AND t.keep IS NOT NULL THEN
      details := postgres_ha.partition_held(t);
      IF details IS NOT NULL THEN
        action := 'HOLD';
        ok := false;
        phase := 'done';
        RETURN;
      END IF;
      SELECT e.* INTO expired FROM postgres_ha.partition_expired(t) e WHERE after IS NULL OR e.upper > after LIMIT 1;
      IF FOUND THEN
        after := expired.upper;
        partition := (SELECT relname FROM pg_class WHERE oid = expired.child);
        SELECT * INTO step FROM postgres_ha.partition_remove(t, expired.child);
        action := CASE WHEN step.partition IS NULL THEN 'SKIP' ELSE upper(t.expired) END;
        details := step.details;
        RETURN;
      END IF;
    END IF;
    phase := 'done';
  EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS hint = PG_EXCEPTION_HINT;
    action := 'ERROR';
    ok := false;
    details := concat_ws('. ', SQLERRM, nullif(hint, ''));
    -- Where not even the position is known, the next phase may still work.
    IF partition IS NULL THEN phase := CASE phase WHEN 'make' THEN 'remove' ELSE 'done' END; END IF;
  END;
END $$;

CREATE OR REPLACE FUNCTION postgres_ha.partition_begin(schema_name name, table_name name) RETURNS bigint
LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO postgres_ha.partition_log (schema_name, table_name, started_at) VALUES (schema_name, table_name, clock_timestamp()) RETURNING id
$$;

-- What a run came to: for people, and for what watches.
CREATE OR REPLACE FUNCTION postgres_ha.partition_record(run bigint, made text[], removed text[], problems text[]) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  succeeded boolean := cardinality(problems) = 0;
  finished timestamptz := clock_timestamp();
  in_schema name;
  in_table name;
  result text := concat_ws('; ',
    CASE WHEN cardinality(made) > 0 THEN 'made ' || array_to_string(made, ', ') END,
    CASE WHEN cardinality(removed) > 0 THEN 'removed ' || array_to_string(removed, ', ') END,
    CASE WHEN NOT succeeded THEN array_to_string(problems, '; ') END);
BEGIN
  IF result = '' THEN result := 'nothing to do'; END IF;
  UPDATE postgres_ha.partition_log l SET finished_at = finished, ok = succeeded, made = partition_record.made, removed = partition_record.removed,
    message = result WHERE l.id = run RETURNING l.schema_name, l.table_name INTO STRICT in_schema, in_table;
  UPDATE postgres_ha.partitioned_tables t SET last_run = finished, last_result = result,
    last_success = CASE WHEN succeeded THEN finished ELSE last_success END,
    clock = CASE WHEN postgres_ha.partition_mistrust(t) IS NULL THEN finished ELSE clock END
    WHERE t.schema_name = in_schema AND t.table_name = in_table;
  UPDATE partman.part_config SET maintenance_last_run = finished
    WHERE parent_table = in_schema || '.' || in_table;
END $$;

-- What pg_cron calls: all tables with a schedule, those that waited longest first. It runs as a superuser, and the owner of a database says where its
-- sessions look for names: after each COMMIT that is taken back, and types are looked up before anything runs.
CREATE OR REPLACE PROCEDURE postgres_ha.maintain_partitions(at_schedule pg_catalog.text)
LANGUAGE plpgsql AS $$
DECLARE
  t record;
  step record;
  run bigint;
  made pg_catalog.text[];
  removed pg_catalog.text[];
  problems pg_catalog.text[];
BEGIN
  ${fixed}
  FOR t IN SELECT r.schema_name, r.table_name FROM postgres_ha.partitioned_tables r WHERE r.schedule = at_schedule
           ORDER BY r.last_run NULLS FIRST, r.schema_name, r.table_name LOOP
    run := postgres_ha.partition_begin(t.schema_name, t.table_name);
    made := '{}';
    removed := '{}';
    problems := '{}';
    COMMIT;
    ${fixed}
    SELECT * INTO step FROM postgres_ha.partition_step(t.schema_name, t.table_name, 'make', NULL);
    LOOP
      IF step.action = 'CREATE' THEN made := made || step.partition;
      ELSIF NOT step.ok THEN problems := problems || concat_ws(': ', step.partition, step.details);
      ELSIF step.action IS NOT NULL AND step.action <> 'SKIP' THEN removed := removed || step.partition;
      END IF;
      COMMIT;
      ${fixed}
      EXIT WHEN step.phase = 'done';
      -- A clock that is far off asks for very many; a run of the next day goes on where they are wanted.
      IF step.phase = 'make' AND cardinality(made) >= ${mostMadeAtOnce} THEN
        problems := problems || 'more than ${mostMadeAtOnce} partitions are missing; the next run goes on'::text;
        step.phase := 'remove';
        step.after := NULL;
      END IF;
      SELECT * INTO step FROM postgres_ha.partition_step(t.schema_name, t.table_name, step.phase, step.after);
    END LOOP;
    PERFORM postgres_ha.partition_record(run, made, removed, problems);
    COMMIT;
    ${fixed}
  END LOOP;
  PERFORM postgres_ha.partition_believe_clock();
  DELETE FROM postgres_ha.partition_log WHERE started_at < clock_timestamp() - interval '90 days';
END $$;

-- The same in one transaction, for maintain_all_partitions() and those who look on. What is archived waits for the schedule: it may take long.
CREATE OR REPLACE FUNCTION postgres_ha.maintain_all_partitions() RETURNS TABLE (action text, table_name text, partition_name text, details text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t postgres_ha.partitioned_tables;
  step record;
  run bigint;
  made text[];
  removed text[];
  problems text[];
BEGIN
  FOR t IN SELECT * FROM postgres_ha.partitioned_tables r ORDER BY r.schema_name, r.table_name LOOP
    run := postgres_ha.partition_begin(t.schema_name, t.table_name);
    made := '{}';
    removed := '{}';
    problems := '{}';
    SELECT * INTO step FROM postgres_ha.partition_step(t.schema_name, t.table_name, 'make', NULL);
    LOOP
      IF step.action IS NOT NULL THEN
        maintain_all_partitions.action := step.action;
        maintain_all_partitions.table_name := t.table_name;
        partition_name := step.partition;
        maintain_all_partitions.details := step.details;
        RETURN NEXT;
        IF step.action = 'CREATE' THEN made := made || step.partition;
        ELSIF NOT step.ok THEN problems := problems || concat_ws(': ', step.partition, step.details);
        ELSIF step.action <> 'SKIP' THEN removed := removed || step.partition;
        END IF;
      END IF;
      EXIT WHEN step.phase = 'done' OR (step.phase = 'remove' AND t.expired = 'archive');
      SELECT * INTO step FROM postgres_ha.partition_step(t.schema_name, t.table_name, step.phase, step.after);
    END LOOP;
    IF made = '{}' AND removed = '{}' AND problems = '{}' THEN
      maintain_all_partitions.action := 'KEEP';
      maintain_all_partitions.table_name := t.table_name;
      partition_name := NULL;
      maintain_all_partitions.details := 'nothing to do';
      RETURN NEXT;
    END IF;
    PERFORM postgres_ha.partition_record(run, made, removed, problems);
  END LOOP;
  PERFORM postgres_ha.partition_believe_clock();
END $$;
`;
