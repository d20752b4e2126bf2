/** How far the partitions reach, for a query and for what exports metrics. */
export const partitionsRunway = `
-- Counts to 10000 and stops: that many are a reason to act, and counting all could take long.
CREATE OR REPLACE FUNCTION postgres_ha.partition_default_rows(parent regclass) RETURNS bigint
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  fallback oid;
BEGIN
  SELECT c.child INTO fallback FROM postgres_ha.partition_children(parent) c WHERE c.is_default;
  IF NOT FOUND THEN RETURN NULL; END IF;
  RETURN postgres_ha.partition_read(format('SELECT count(*) FROM (SELECT FROM ONLY %s LIMIT 10000) AS few', fallback::regclass));
END $$;

-- The end of the partitions that follow each other without a gap from the current one on.
CREATE OR REPLACE FUNCTION postgres_ha.partition_reach(t postgres_ha.partitioned_tables, current numeric) RETURNS numeric
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  WITH RECURSIVE children AS MATERIALIZED (
    SELECT c.lower, c.upper FROM postgres_ha.partition_children(postgres_ha.partition_parent(t)) c WHERE NOT c.is_default
  ), reach AS (
    SELECT c.upper FROM children c WHERE c.lower <= current AND c.upper > current
    UNION SELECT c.upper FROM reach r JOIN children c ON c.lower = r.upper
  )
  SELECT max(upper) FROM reach
$$;

-- By name, so that nobody reads other tables through it.
CREATE OR REPLACE FUNCTION postgres_ha.partition_runway_of(schema_name name, table_name name, OUT reach numeric, OUT current numeric, OUT partitions bigint,
  OUT partitions_ahead bigint, OUT rows_in_default bigint, OUT held text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  t postgres_ha.partitioned_tables;
BEGIN
  SELECT r.* INTO t FROM postgres_ha.partitioned_tables r WHERE r.schema_name = partition_runway_of.schema_name AND r.table_name = partition_runway_of.table_name;
  IF to_regclass(format('%I.%I', t.schema_name, t.table_name)) IS NULL THEN RETURN; END IF;
  current := postgres_ha.partition_current(t);
  reach := postgres_ha.partition_reach(t, current);
  SELECT count(*), count(*) FILTER (WHERE c.lower > partition_runway_of.current AND c.upper <= partition_runway_of.reach) INTO partitions, partitions_ahead
    FROM postgres_ha.partition_children(postgres_ha.partition_parent(t)) c WHERE NOT c.is_default;
  rows_in_default := postgres_ha.partition_default_rows(postgres_ha.partition_parent(t));
  held := postgres_ha.partition_held(t);
END $$;

CREATE OR REPLACE VIEW postgres_ha.partition_runway AS
SELECT t.schema_name, t.table_name,
  CASE WHEN t.unit = 'range' THEN t.step::text ELSE t.unit END AS "interval",
  CASE WHEN t.unit = 'range' THEN NULL ELSE to_timestamp(r.reach::float8) END AS covered_until,
  CASE WHEN t.unit = 'range' THEN r.reach END AS covered_until_value,
  CASE WHEN t.unit = 'range' THEN NULL ELSE justify_hours(date_trunc('minute', to_timestamp(r.reach::float8) - clock_timestamp())) END AS runway,
  coalesce(r.reach - r.current, 0) AS runway_seconds_or_values,
  coalesce(r.partitions_ahead, 0) AS partitions_ahead,
  t.ahead AS partitions_wanted_ahead,
  coalesce(r.partitions, 0) AS partitions,
  r.rows_in_default,
  t.last_run, t.last_success, t.last_result,
  r.held AS retention_held,
  t.keep AS retention, t.expired AS retention_action, t.schedule
FROM postgres_ha.partitioned_tables t CROSS JOIN LATERAL postgres_ha.partition_runway_of(t.schema_name, t.table_name) r;
COMMENT ON VIEW postgres_ha.partition_runway IS
  'How far the partitions of each table reach without a gap, how many rows are in DEFAULT (10000: or more), and what the last maintenance came to';
`;
