/** One command that checks a partitioned table, and leaves nothing behind; and who may call what. */
export const partitionsVerify = `
-- Where the server puts a row of now. An insert that other columns make impossible still tells in which partition it failed; all of it is taken back.
CREATE OR REPLACE FUNCTION postgres_ha.partition_landing(t postgres_ha.partitioned_tables, at numeric, OUT child oid, OUT how text)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' AS $$
DECLARE
  parent regclass := postgres_ha.partition_parent(t);
  failed_schema text;
  failed_table text;
BEGIN
  IF pg_is_in_recovery() THEN
    how := 'by its bounds, because this server is read-only';
    SELECT c.child INTO child FROM postgres_ha.partition_children(parent) c WHERE c.lower <= at AND c.upper > at;
    RETURN;
  END IF;
  BEGIN
    RAISE EXCEPTION USING ERRCODE = 'PHP02', MESSAGE = postgres_ha.partition_as_owner(parent,
      format('INSERT INTO %s (%I) OVERRIDING SYSTEM VALUE VALUES (%L) RETURNING tableoid', parent, t.control, postgres_ha.partition_value(t.unit, at)));
  EXCEPTION
    WHEN SQLSTATE 'PHP02' THEN
      child := SQLERRM::oid;
      how := 'a row was inserted and taken back';
    WHEN OTHERS THEN
      GET STACKED DIAGNOSTICS failed_schema = SCHEMA_NAME, failed_table = TABLE_NAME;
      child := to_regclass(format('%I.%I', nullif(failed_schema, ''), nullif(failed_table, '')))::oid;
      how := format('a row of the column alone arrived there and was refused: %s', SQLERRM);
  END;
END $$;

CREATE OR REPLACE FUNCTION postgres_ha.verify_partitions("table" regclass) RETURNS TABLE ("check" text, ok boolean, detail text)
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t postgres_ha.partitioned_tables := postgres_ha.partition_registered("table");
  parent_name text := t.schema_name || '.' || t.table_name;
  runway record;
  config record;
  landing record;
  expected oid;
  at numeric;
  job record;
BEGIN
  "check" := 'extension';
  SELECT format('pg_partman %s', extversion) INTO detail FROM pg_extension WHERE extname = 'pg_partman';
  ok := detail IS NOT NULL;
  detail := coalesce(detail, 'pg_partman is not in this database; run up');
  RETURN NEXT;

  "check" := 'configuration';
  EXECUTE 'SELECT control, partition_interval, premake, retention FROM partman.part_config WHERE parent_table = $1' INTO config USING parent_name;
  ok := config.control IS NOT NULL AND config.control = t.control AND config.premake = t.ahead;
  detail := CASE WHEN config.control IS NULL THEN 'pg_partman does not know the table; run up'
    WHEN NOT ok THEN format('pg_partman has %s, %s ahead; declared are %s, %s ahead; refresh, then up', config.control, config.premake, t.control, t.ahead)
    ELSE format('by %s of %s, %s ahead, %s', CASE t.unit WHEN 'range' THEN t.step || ' values' ELSE t.unit END, t.control, t.ahead,
      CASE WHEN t.keep IS NULL THEN 'all kept' ELSE format('%s kept, then %s', t.keep, t.expired) END) END;
  RETURN NEXT;

  SELECT * INTO runway FROM postgres_ha.partition_runway_of(t.schema_name, t.table_name);
  "check" := 'partitions';
  ok := runway.partitions_ahead >= t.ahead AND runway.reach IS NOT NULL;
  detail := format('%s partitions; after the current one %s of %s', runway.partitions, runway.partitions_ahead, t.ahead);
  RETURN NEXT;

  "check" := 'runway';
  ok := runway.reach IS NOT NULL;
  detail := CASE WHEN ok THEN 'without a gap until ' || postgres_ha.partition_value(t.unit, runway.reach) ELSE 'no partition holds what is written now' END;
  RETURN NEXT;

  "check" := 'row of now';
  at := runway.current;
  SELECT c.child INTO expected FROM postgres_ha.partition_children("table") c WHERE c.lower <= at AND c.upper > at;
  SELECT * INTO landing FROM postgres_ha.partition_landing(t, at);
  ok := expected IS NOT NULL AND landing.child IS NOT DISTINCT FROM expected;
  detail := CASE WHEN ok THEN format('in %s: %s', landing.child::regclass, landing.how)
    ELSE format('in %s, not in %s: %s', coalesce(landing.child::regclass::text, 'no partition'), coalesce(expected::regclass::text, 'a partition of its own'), landing.how) END;
  RETURN NEXT;

  "check" := 'rows in DEFAULT';
  ok := coalesce(runway.rows_in_default, 0) = 0;
  detail := CASE WHEN runway.rows_in_default IS NULL THEN 'there is no DEFAULT partition'
    WHEN ok THEN 'none' WHEN runway.rows_in_default >= 10000 THEN '10000 or more' ELSE runway.rows_in_default::text END
    || CASE WHEN ok THEN '' ELSE format('; CALL postgres_ha.move_default_rows(%L) moves them into partitions', "table") END;
  RETURN NEXT;

  "check" := 'schedule';
  ok := true;
  detail := t.schedule;
  -- pg_cron lives in one database of the server; from the others only its deeds can be seen.
  IF to_regclass('cron.job') IS NOT NULL THEN
    EXECUTE 'SELECT count(*) AS jobs FROM cron.job WHERE active AND database = current_database() AND command = $1'
      INTO job USING format('CALL postgres_ha.maintain_partitions(%L)', t.schedule);
    ok := job.jobs = 1;
    detail := detail || format(', %s active job of pg_cron', CASE WHEN ok THEN 'an' ELSE 'no' END);
  END IF;
  detail := detail || coalesce(', last run ' || to_char(t.last_run AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI "UTC"') || ': ' || t.last_result, ', no run yet');
  ok := ok AND coalesce(t.last_run, t.declared_at) > clock_timestamp() - t.clock_tolerance AND t.last_success IS NOT DISTINCT FROM t.last_run;
  RETURN NEXT;

  "check" := 'retention';
  ok := runway.held IS NULL;
  detail := coalesce(runway.held, CASE WHEN t.keep IS NULL THEN 'all kept' ELSE format('%s partitions are older than %s', (SELECT count(*) FROM postgres_ha.partition_expired(t)), t.keep) END);
  RETURN NEXT;
END $$;

-- partition_children reads what everyone can read, and views call it for whoever reads them.
DO $$
DECLARE
  f record;
BEGIN
  FOR f IN SELECT oid::regprocedure AS routine FROM pg_proc WHERE pronamespace = 'postgres_ha'::regnamespace AND proname <> 'partition_children' AND
    (proname LIKE 'partition\\_%' OR proname IN ('create_partition', 'maintain_partitions', 'maintain_all_partitions', 'move_default_rows', 'accept_clock', 'verify_partitions')) LOOP
    EXECUTE format('REVOKE ALL ON ROUTINE %s FROM PUBLIC', f.routine);
  END LOOP;
END $$;
GRANT SELECT ON postgres_ha.partition_runway TO pg_monitor;
GRANT EXECUTE ON FUNCTION postgres_ha.partition_runway_of(name, name) TO pg_monitor;
`;
