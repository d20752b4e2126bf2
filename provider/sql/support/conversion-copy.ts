/**
 * The keys of changed rows are logged by a trigger, and those rows copied anew. Copying and catching up happen in one snapshot (REPEATABLE READ), so that
 * both tables hold the same after each transaction, for every row that was copied: a change that the snapshot does not show is not in the log yet either.
 */
export const conversionCopy = `
-- What must stay as it is while a table is converted, as one value.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_definition(relation oid) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT md5(string_agg(line, E'\\n' ORDER BY line)) FROM (
    SELECT format('%s %s %s %s %s %s %s %s', attnum, attname, format_type(atttypid, atttypmod), attcollation, attnotnull, attidentity, attgenerated,
      pg_get_expr(adbin, adrelid)) AS line
    FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
    WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped
    UNION ALL SELECT format('%s %s %s', conname, convalidated, pg_get_constraintdef(oid))
    FROM pg_constraint WHERE relation IN (conrelid, confrelid) AND contype <> 't'
    UNION ALL SELECT format('%s %s', indisvalid, regexp_replace(pg_get_indexdef(indexrelid), ' ON .* USING ', ' USING ')) FROM pg_index WHERE indrelid = relation
    UNION ALL SELECT format('%s %s', tgenabled, pg_get_triggerdef(oid)) FROM pg_trigger
    WHERE tgrelid = relation AND NOT tgisinternal AND tgname NOT LIKE 'postgres\\_ha\\_conversion%'
    UNION ALL SELECT format('%s %s %s', relkind, relpersistence, relrowsecurity) FROM pg_class WHERE oid = relation
    UNION ALL SELECT format('rule %s', rulename) FROM pg_rewrite WHERE ev_class = relation
    UNION ALL SELECT DISTINCT format('%s %s', d.classid, d.objid) FROM pg_depend d LEFT JOIN pg_rewrite r ON d.classid = 'pg_rewrite'::regclass AND r.oid = d.objid LEFT JOIN pg_class v ON v.oid = r.ev_class
    WHERE d.deptype = 'n' AND d.refclassid = 'pg_class'::regclass AND d.refobjid = relation AND d.classid IN ('pg_rewrite'::regclass, 'pg_proc'::regclass) AND v.relkind IS DISTINCT FROM 'v'
  ) AS lines
$$;

-- Refuses to go on where a change could have been missed.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_guard(c postgres_ha.conversion) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  source oid := CASE WHEN c.phase = 'swapped' THEN c.converted ELSE c.original END;
BEGIN
  IF (SELECT count(*) FROM pg_trigger WHERE tgrelid = source AND tgenabled = 'A'
      AND tgname IN ('postgres_ha_conversion', 'postgres_ha_conversion_truncate')) <> 2 THEN
    RAISE EXCEPTION 'the triggers postgres_ha_conversion of table % are gone or disabled, so changes of rows may have been missed', source::regclass
      USING ERRCODE = 'PHA01', HINT = CASE WHEN c.phase = 'swapped' THEN 'Both tables are there: compare them before either is dropped'
        ELSE 'Run CALL postgres_ha.abandon_conversion(...) and convert again' END;
  END IF;
  IF c.phase <> 'swapped' AND postgres_ha.conversion_definition(c.original) <> c.definition THEN
    RAISE EXCEPTION 'the definition of table % was changed while it was converted (its columns, constraints, indexes or triggers)', c.original::regclass
      USING ERRCODE = 'PHA01', HINT = format('Run CALL postgres_ha.abandon_conversion(%L) and convert again', c.original::regclass);
  END IF;
END $$;

CREATE OR REPLACE FUNCTION postgres_ha.conversion_columns(relation oid, prefix text DEFAULT '') RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT string_agg(prefix || quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
  WHERE attrelid = relation AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
$$;

-- What both tables have: after the change of places the one in use may get columns, and lose them.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_common_columns(c postgres_ha.conversion) RETURNS text
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT string_agg('t.' || quote_ident(a.attname), ', ' ORDER BY a.attnum) FROM pg_attribute a JOIN pg_attribute b USING (attname, atttypid)
  WHERE a.attrelid = c.original AND b.attrelid = c.converted AND a.attnum > 0 AND b.attnum > 0 AND NOT a.attisdropped AND NOT b.attisdropped
$$;

CREATE OR REPLACE FUNCTION postgres_ha.conversion_keys(c postgres_ha.conversion, prefix text DEFAULT '') RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT string_agg(prefix || quote_ident(k), ', ' ORDER BY n) FROM unnest(c.key) WITH ORDINALITY AS keys(k, n)
$$;

CREATE OR REPLACE FUNCTION postgres_ha.conversion_same_key(c postgres_ha.conversion) RETURNS text
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT string_agg(format('t.%1$I = l.%1$I', k), ' AND ' ORDER BY n) FROM unnest(c.key) WITH ORDINALITY AS keys(k, n)
$$;

-- Checks, generated columns and expressions of indexes are the code of the table's owner, and the caller is a superuser. The owner is that of the table
-- in use; row security fails instead of keeping rows back.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_as_owner(c postgres_ha.conversion, statement text) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET row_security = off AS $$
DECLARE
  source regclass := CASE WHEN c.phase = 'swapped' THEN c.converted ELSE c.original END;
  other regclass := CASE WHEN c.phase = 'swapped' THEN c.original ELSE c.converted END;
  owner regrole := (SELECT relowner FROM pg_class WHERE oid = source);
  home text := (SELECT relnamespace::regnamespace FROM pg_class WHERE oid = other);
BEGIN
  IF (SELECT relowner FROM pg_class WHERE oid = other) <> owner THEN
    EXECUTE format('ALTER TABLE %s OWNER TO %s', other, owner);
  END IF;
  IF NOT has_schema_privilege(owner, home::regnamespace, 'USAGE') THEN
    EXECUTE format('GRANT USAGE ON SCHEMA %s TO %s', home, owner);
  END IF;
  RETURN postgres_ha.partition_as_owner(source, statement);
END $$;

-- The same for a statement without a result.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_run_as_owner(c postgres_ha.conversion, statement text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DROP FUNCTION IF EXISTS pg_temp.postgres_ha_run(text);
  CREATE FUNCTION pg_temp.postgres_ha_run(statement text) RETURNS void LANGUAGE plpgsql AS 'BEGIN EXECUTE statement; END';
  GRANT EXECUTE ON FUNCTION pg_temp.postgres_ha_run(text) TO PUBLIC;
  PERFORM postgres_ha.conversion_as_owner(c, format('SELECT pg_temp.postgres_ha_run(%L)', statement));
  DROP FUNCTION pg_temp.postgres_ha_run(text);
END $$;

-- A table of keys that a statement of the owner can read, or fill: the log is none of theirs.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_lend_keys(c postgres_ha.conversion, privilege text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DROP TABLE IF EXISTS pg_temp.postgres_ha_keys;
  EXECUTE format('CREATE TEMPORARY TABLE postgres_ha_keys ON COMMIT DROP AS SELECT DISTINCT %s FROM %s %s', postgres_ha.conversion_keys(c), c.log::regclass,
    CASE privilege WHEN 'INSERT' THEN 'WITH NO DATA' ELSE '' END);
  EXECUTE format('GRANT %s ON pg_temp.postgres_ha_keys TO %s', privilege,
    (SELECT relowner::regrole FROM pg_class WHERE oid = CASE WHEN c.phase = 'swapped' THEN c.converted ELSE c.original END));
END $$;

-- Copies the rows whose keys are in the log, from the table in use to the other one. Through indexes only: the log's statistics are those of another moment.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_catch_up(c postgres_ha.conversion) RETURNS bigint
LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp SET session_replication_role = replica SET jit = off
SET enable_hashjoin = off SET enable_mergejoin = off SET enable_seqscan = off SET enable_bitmapscan = off AS $$
DECLARE
  source regclass := CASE WHEN c.phase = 'swapped' THEN c.converted ELSE c.original END;
  target regclass := CASE WHEN c.phase = 'swapped' THEN c.original ELSE c.converted END;
  same text := postgres_ha.conversion_same_key(c);
  found bigint;
BEGIN
  PERFORM postgres_ha.conversion_lend_keys(c, 'SELECT');
  PERFORM postgres_ha.conversion_as_owner(c, format('WITH gone AS (DELETE FROM %s AS t USING pg_temp.postgres_ha_keys AS l WHERE %s RETURNING 1)
    SELECT count(*) FROM gone', target, same));
  PERFORM postgres_ha.conversion_as_owner(c, format('WITH come AS (INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM pg_temp.postgres_ha_keys AS l JOIN %s AS t ON %s RETURNING 1)
    SELECT count(*) FROM come', target, postgres_ha.conversion_columns(c.original), postgres_ha.conversion_columns(c.original, 't.'), source, same));
  DROP TABLE pg_temp.postgres_ha_keys;
  EXECUTE format('DELETE FROM %s', c.log::regclass);
  GET DIAGNOSTICS found = ROW_COUNT;
  RETURN found;
END $$;

-- The next blocks of the original. Rows in blocks behind end_block arrived after the trigger, so the log has them.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_copy(which bigint, rows_at_once bigint) RETURNS postgres_ha.conversion
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp SET jit = off AS $$
DECLARE
  c postgres_ha.conversion;
  begun timestamptz := clock_timestamp();
  blocks bigint;
  until bigint;
  copied bigint;
  caught_up bigint;
BEGIN
  SELECT * INTO STRICT c FROM postgres_ha.conversion WHERE id = which FOR UPDATE;
  IF c.phase <> 'copying' THEN RETURN c; END IF;
  PERFORM postgres_ha.conversion_guard(c);
  IF c.file IS DISTINCT FROM pg_relation_filenode(c.original) THEN
    -- The first time, or the table was rewritten (VACUUM FULL, CLUSTER): its blocks hold other rows now. Rows that were copied stay.
    c.file := pg_relation_filenode(c.original);
    c.next_block := 0;
    c.rows_copied := 0;
    c.end_block := pg_relation_size(c.original) / current_setting('block_size')::bigint;
  END IF;
  blocks := greatest(1, c.end_block::numeric * rows_at_once / greatest(c.rows_total, 1))::bigint;
  until := least(c.next_block + blocks, c.end_block);
  copied := postgres_ha.conversion_as_owner(c, format('WITH come AS (
      INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s FROM ONLY %s AS t WHERE ctid >= %L AND ctid < %L ON CONFLICT (%s) DO NOTHING RETURNING 1)
    SELECT count(*) FROM come', c.converted::regclass, postgres_ha.conversion_columns(c.original), postgres_ha.conversion_columns(c.original, 't.'), c.original::regclass,
    format('(%s,0)', c.next_block), format('(%s,0)', until), postgres_ha.conversion_keys(c)));
  caught_up := postgres_ha.conversion_catch_up(c);
  UPDATE postgres_ha.conversion SET file = c.file, next_block = until, end_block = c.end_block, rows_copied = c.rows_copied + copied,
    rows_caught_up = rows_caught_up + caught_up, busy = busy + (clock_timestamp() - begun), updated_at = clock_timestamp(),
    phase = CASE WHEN until >= c.end_block THEN 'copied' ELSE 'copying' END
  WHERE id = which RETURNING * INTO c;
  RETURN c;
END $$;

-- Catches up by itself, between the steps that follow the copy.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_follow(which bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c postgres_ha.conversion;
  found bigint;
BEGIN
  SELECT * INTO STRICT c FROM postgres_ha.conversion WHERE id = which FOR UPDATE;
  PERFORM postgres_ha.conversion_guard(c);
  found := postgres_ha.conversion_catch_up(c);
  UPDATE postgres_ha.conversion SET rows_caught_up = rows_caught_up + found, updated_at = clock_timestamp() WHERE id = which;
  RETURN found;
END $$;

-- Counts and checksums of both tables in one snapshot, rows whose keys are in the log left out; and the keys of the first rows that differ.
-- Rows of the original that are older than the oldest partition are left out after the swap: retention may have removed them.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_compare(c postgres_ha.conversion) RETURNS jsonb
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  columns text := postgres_ha.conversion_common_columns(c);
  settled text := format('NOT EXISTS (SELECT FROM %s AS l WHERE %s)', c.log::regclass, postgres_ha.conversion_same_key(c));
  kept text := '';
  totals text := format($q$SELECT jsonb_build_object('rows', count(*), 'checksum', coalesce(sum(hashtextextended(ROW(%s)::text, 0)), 0)::text)$q$, columns);
  a jsonb;
  b jsonb;
  differing text[] := '{}';
BEGIN
  IF c.phase = 'swapped' THEN kept := postgres_ha.conversion_kept(c); END IF;
  a := postgres_ha.partition_read(format('%s FROM ONLY %s AS t WHERE %s%s', totals, c.original::regclass, settled, kept));
  b := postgres_ha.partition_read(format('%s FROM %s AS t WHERE %s%s', totals, c.converted::regclass, settled, kept));
  IF a IS DISTINCT FROM b THEN
    differing := postgres_ha.partition_read(format($q$
      WITH a AS (SELECT ROW(%1$s)::text AS key, hashtextextended(ROW(%2$s)::text, 0) AS sum FROM ONLY %3$s AS t WHERE %5$s%6$s),
           b AS (SELECT ROW(%1$s)::text AS key, hashtextextended(ROW(%2$s)::text, 0) AS sum FROM %4$s AS t WHERE %5$s%6$s),
           d AS ((TABLE a EXCEPT ALL TABLE b) UNION ALL (TABLE b EXCEPT ALL TABLE a))
      SELECT coalesce(array_agg(key), '{}') FROM (SELECT DISTINCT key FROM d ORDER BY key LIMIT 10) AS first $q$,
      postgres_ha.conversion_keys(c, 't.'), columns, c.original::regclass, c.converted::regclass, settled, kept));
  END IF;
  RETURN jsonb_build_object('equal', NOT (a IS DISTINCT FROM b), 'rowsOriginal', a->'rows', 'rowsConverted', b->'rows',
    'checksumOriginal', a->'checksum', 'checksumConverted', b->'checksum', 'differing', to_jsonb(differing), 'at', clock_timestamp());
END $$;

-- The condition that keeps out what retention may have removed.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_kept(c postgres_ha.conversion) RETURNS text
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  oldest text;
  kind text := (SELECT format_type(atttypid, NULL) FROM pg_attribute WHERE attrelid = c.original AND attname = c.column_name);
BEGIN
  EXECUTE format($q$
    SELECT min((regexp_match(pg_get_expr(relpartbound, oid), 'FROM \\(''?([^'')]+)''?\\)'))[1]::%s)::text
    FROM pg_class JOIN pg_inherits ON inhrelid = oid WHERE inhparent = %s AND pg_get_expr(relpartbound, oid) LIKE 'FOR VALUES FROM %%' $q$,
    kind, c.converted) INTO oldest;
  RETURN CASE WHEN oldest IS NULL THEN '' ELSE format(' AND t.%I >= %L', c.column_name, oldest) END;
END $$;
`;
