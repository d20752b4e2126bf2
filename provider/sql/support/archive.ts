/**
 * Puts a partition's rows into the stack's bucket. The image's `archive-partition` returns only once the bucket has given all of them back; until the
 * transaction ends nobody can write into the partition, so that its caller may drop it in the same transaction.
 */
export const archive = `
CREATE TABLE IF NOT EXISTS postgres_ha.archived_partitions (
  partition text NOT NULL,
  parent text,
  object text NOT NULL,
  row_count bigint NOT NULL,
  archived_at timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE postgres_ha.archived_partitions IS
  'Partitions that were put into the bucket before they were dropped: gzip of CSV with a header, readable by COPY';
GRANT SELECT ON postgres_ha.archived_partitions TO pg_monitor, pg_database_owner;

CREATE OR REPLACE FUNCTION postgres_ha.archive_partition(partition regclass) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET TimeZone = 'UTC' AS $function$
DECLARE
  full_name text;
  place text;
  copied bigint;
BEGIN
  SELECT format('%I.%I', n.nspname, c.relname),
         'partitions/' || concat_ws('/', VARIADIC ARRAY(
           SELECT regexp_replace(part, '[^A-Za-z0-9_-]', '_', 'g') FROM unnest(ARRAY[current_database()::text, n.nspname, c.relname]) AS part))
         || '.csv.gz'
    INTO STRICT full_name, place
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.oid = partition;
  -- Two names can become one object's, and a name can come back: what lies there stays.
  IF EXISTS (SELECT FROM postgres_ha.archived_partitions a WHERE a.object = place) THEN
    place := replace(place, '.csv.gz', to_char(clock_timestamp(), '-YYYYMMDD"T"HH24MISSUS".csv.gz"'));
  END IF;
  EXECUTE format('LOCK TABLE %s IN SHARE MODE', full_name);
  IF to_regclass(full_name) IS DISTINCT FROM partition THEN
    RAISE EXCEPTION 'table % was renamed while it was to be archived', partition USING ERRCODE = 'lock_not_available';
  END IF;
  -- No query, which would run functions of the table's owner as a superuser, nor a view that has taken the name. COPY FROM computes generated columns itself.
  EXECUTE format('COPY %s TO PROGRAM %L WITH (FORMAT csv, HEADER)', full_name, '/usr/local/bin/archive-partition ' || place);
  GET DIAGNOSTICS copied = ROW_COUNT;
  INSERT INTO postgres_ha.archived_partitions (partition, parent, object, row_count)
    SELECT full_name, (SELECT inhparent::regclass::text FROM pg_inherits WHERE inhrelid = partition), place, copied;
  RETURN place;
END
$function$;
REVOKE ALL ON FUNCTION postgres_ha.archive_partition(regclass) FROM PUBLIC;
`;
