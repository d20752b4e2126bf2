/** What people do by hand: for monitoring and for the database's owner (`pg_database_owner`), with their own rights. */
export const operations = `
GRANT USAGE ON SCHEMA postgres_ha TO pg_database_owner;

CREATE OR REPLACE FUNCTION postgres_ha.reset_sequence("table" regclass, "column" name DEFAULT NULL)
RETURNS TABLE (sequence regclass, column_name name, next_value bigint)
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
  serial record;
  furthest bigint;
BEGIN
  EXECUTE format('LOCK TABLE %s IN SHARE ROW EXCLUSIVE MODE', reset_sequence."table");
  FOR serial IN
    SELECT DISTINCT s.seqrelid, s.seqstart, s.seqincrement, a.attname
    FROM pg_attribute a
    JOIN LATERAL (
      SELECT d.objid AS oid FROM pg_depend d
      WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass
        AND d.refobjid = a.attrelid AND d.refobjsubid = a.attnum AND d.deptype IN ('a', 'i')
      UNION
      SELECT d.refobjid FROM pg_attrdef f
      JOIN pg_depend d ON d.classid = 'pg_attrdef'::regclass AND d.objid = f.oid AND d.refclassid = 'pg_class'::regclass
      WHERE f.adrelid = a.attrelid AND f.adnum = a.attnum
    ) AS of_column ON true
    JOIN pg_sequence s ON s.seqrelid = of_column.oid
    WHERE a.attrelid = reset_sequence."table" AND NOT a.attisdropped
      AND (reset_sequence."column" IS NULL OR a.attname = reset_sequence."column")
    ORDER BY a.attname
  LOOP
    EXECUTE format('SELECT %s(%I)::bigint FROM %s',
      CASE WHEN serial.seqincrement > 0 THEN 'max' ELSE 'min' END, serial.attname, reset_sequence."table") INTO furthest;
    PERFORM setval(serial.seqrelid, coalesce(furthest, serial.seqstart), furthest IS NOT NULL);
    RETURN QUERY SELECT serial.seqrelid::regclass, serial.attname::name,
      coalesce(furthest + serial.seqincrement, serial.seqstart);
  END LOOP;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no sequence gives % its values', concat_ws('.', reset_sequence."table", quote_ident(reset_sequence."column"))
      USING HINT = 'Name a column that is serial or an identity, or has nextval() as its default.';
  END IF;
END $function$;
COMMENT ON FUNCTION postgres_ha.reset_sequence(regclass, name) IS
  'Lets the sequences of a table go on after its largest value, as after rows with numbers of their own; of an empty table from their start. Writers wait meanwhile.';

CREATE OR REPLACE FUNCTION postgres_ha.duplicates("table" regclass, columns text[], condition text DEFAULT NULL)
RETURNS TABLE ("values" jsonb, count bigint)
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $function$
DECLARE
  names text;
BEGIN
  IF coalesce(cardinality(duplicates.columns), 0) = 0 THEN
    RAISE EXCEPTION 'columns is empty; give those that should be unique together, e.g. ARRAY[''email'']';
  END IF;
  SELECT string_agg(format('t.%I', c), ', ' ORDER BY place) INTO names FROM unnest(duplicates.columns) WITH ORDINALITY AS u (c, place);
  RETURN QUERY EXECUTE format(
    'SELECT jsonb_build_object(%s), count(*) FROM %s AS t WHERE (%s) AND num_nulls(%s) = 0 GROUP BY %s HAVING count(*) > 1 ORDER BY count(*) DESC, 1',
    (SELECT string_agg(format('%L, t.%I', c, c), ', ') FROM unnest(duplicates.columns) AS c),
    duplicates."table", coalesce(duplicates.condition, 'true'), names, names);
END $function$;
COMMENT ON FUNCTION postgres_ha.duplicates(regclass, text[], text) IS
  'The values that occur more than once, and how often, among the rows that meet the condition. As for UNIQUE, a row with a NULL is no duplicate. Functions in the condition are named with their schema.';

-- How long somebody has been at it, for those who do not see other roles' sessions: nothing of what they ask.
CREATE OR REPLACE FUNCTION postgres_ha.lock_holder(holder integer) RETURNS TABLE (state text, transaction_age interval)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $function$
  SELECT a.state, clock_timestamp() - a.xact_start FROM pg_stat_activity a WHERE a.pid = holder
$function$;

-- With the rights of who asks: pg_stat_activity shows queries of other roles to members of pg_read_all_stats only.
CREATE OR REPLACE FUNCTION postgres_ha.lock_waits()
RETURNS TABLE (
  waiting_pid integer, waiting_user name, waiting_query text, waited interval, lock_mode text, locked text,
  blocking_pid integer, blocking_user name, blocking_query text, blocking_state text, blocking_transaction_age interval
)
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $function$
  SELECT w.pid, w.usename, w.query, clock_timestamp() - l.waitstart, l.mode,
    coalesce(coalesce(l.relation, (SELECT t.relation FROM pg_locks t WHERE t.pid = w.pid AND t.locktype = 'tuple' LIMIT 1))::regclass::text, l.locktype),
    b.pid, h.usename, h.query, s.state, s.transaction_age
  FROM pg_stat_activity w
  JOIN pg_locks l ON l.pid = w.pid AND NOT l.granted
  CROSS JOIN LATERAL unnest(pg_blocking_pids(w.pid)) AS b (pid)
  LEFT JOIN pg_stat_activity h ON h.pid = b.pid
  LEFT JOIN LATERAL postgres_ha.lock_holder(b.pid) s ON true
  WHERE w.datname = current_database()
  ORDER BY l.waitstart
$function$;
CREATE OR REPLACE VIEW postgres_ha.locks AS SELECT * FROM postgres_ha.lock_waits();
COMMENT ON VIEW postgres_ha.locks IS
  'Who waits for whom in this database, for how long and on which table. A query of a blocking session that is idle in its transaction is its last one; of other roles only pg_read_all_stats sees it.';

REVOKE ALL ON FUNCTION postgres_ha.reset_sequence(regclass, name), postgres_ha.duplicates(regclass, text[], text), postgres_ha.lock_holder(integer), postgres_ha.lock_waits() FROM PUBLIC;
GRANT EXECUTE ON FUNCTION postgres_ha.reset_sequence(regclass, name), postgres_ha.duplicates(regclass, text[], text), postgres_ha.lock_holder(integer), postgres_ha.lock_waits()
  TO pg_monitor, pg_database_owner;
GRANT SELECT ON postgres_ha.locks TO pg_monitor, pg_database_owner;
`;
