/** The change of places: one short transaction, in either direction. Moving the tables between schemas leaves every name of theirs as it is. */
export const conversionSwap = `
CREATE OR REPLACE FUNCTION postgres_ha.conversion_refuse_truncate() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION 'TRUNCATE of %.% is refused while it is converted to a partitioned table or can be rolled back', quote_ident(TG_TABLE_SCHEMA), quote_ident(TG_TABLE_NAME)
    USING HINT = 'DELETE works. TRUNCATE is allowed again after CALL postgres_ha.finish_conversion(...) or CALL postgres_ha.abandon_conversion(...)';
END $$;
REVOKE ALL ON FUNCTION postgres_ha.conversion_refuse_truncate() FROM PUBLIC;

-- A transaction whose snapshot is older than the change of places would not see the rows as they are, and change none of them in silence.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_fence() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF current_setting('transaction_isolation') <> 'read committed'
    AND NOT EXISTS (SELECT FROM postgres_ha.conversion WHERE id = TG_ARGV[0]::bigint AND phase = TG_ARGV[1]) THEN
    RAISE EXCEPTION 'could not serialize access: table %.% changed its place after this transaction had begun', quote_ident(TG_TABLE_SCHEMA), quote_ident(TG_TABLE_NAME)
      USING ERRCODE = 'serialization_failure', HINT = 'Run the transaction again';
  END IF;
  RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION postgres_ha.conversion_fence() FROM PUBLIC;

CREATE OR REPLACE FUNCTION postgres_ha.conversion_fence_in(c postgres_ha.conversion, relation regclass, phase text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER postgres_ha_conversion_fence BEFORE INSERT OR UPDATE OR DELETE ON %s FOR EACH STATEMENT EXECUTE FUNCTION postgres_ha.conversion_fence(%L, %L)', relation, c.id, phase);
END $$;

-- Sessions that may still use a snapshot from before a moment: they would not see what was copied since.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_refuse_old_snapshots(moment timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  old record;
BEGIN
  SELECT pid, usename, application_name, xact_start INTO old FROM pg_stat_activity
  WHERE datname = current_database() AND backend_type = 'client backend' AND pid <> pg_backend_pid() AND backend_xmin IS NOT NULL AND xact_start < moment
  ORDER BY xact_start LIMIT 1;
  IF old.pid IS NOT NULL THEN
    RAISE EXCEPTION 'process % (% %) has had a snapshot since %, from before the rows were copied', old.pid, old.usename, old.application_name, old.xact_start
      USING ERRCODE = 'PHA03';
  END IF;
END $$;

-- ALWAYS: a change that a subscription makes, or a session in replica mode, is a change too.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_capture(c postgres_ha.conversion, relation regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format('CREATE TRIGGER postgres_ha_conversion AFTER INSERT OR UPDATE OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION postgres_ha.conversion_log_%s()', relation, c.id);
  EXECUTE format('CREATE TRIGGER postgres_ha_conversion_truncate BEFORE TRUNCATE ON %s FOR EACH STATEMENT EXECUTE FUNCTION postgres_ha.conversion_refuse_truncate()', relation);
  EXECUTE format('ALTER TABLE %s ENABLE ALWAYS TRIGGER postgres_ha_conversion, ENABLE ALWAYS TRIGGER postgres_ha_conversion_truncate', relation);
END $$;

CREATE OR REPLACE FUNCTION postgres_ha.conversion_release(relation regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  EXECUTE format('DROP TRIGGER IF EXISTS postgres_ha_conversion ON %s', relation);
  EXECUTE format('DROP TRIGGER IF EXISTS postgres_ha_conversion_truncate ON %s', relation);
  EXECUTE format('DROP TRIGGER IF EXISTS postgres_ha_conversion_fence ON %s', relation);
END $$;

CREATE OR REPLACE FUNCTION postgres_ha.conversion_copy_acl(granted aclitem[], owner oid, what text, target text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  g record;
BEGIN
  FOR g IN SELECT privilege_type, is_grantable, CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS grantee, grantee = owner AS owned
           FROM aclexplode(granted) LOOP
    EXECUTE format('GRANT %s%s ON %s TO %s%s', g.privilege_type, what, target, g.grantee,
      CASE WHEN g.is_grantable AND NOT g.owned THEN ' WITH GRANT OPTION' ELSE '' END);
  END LOOP;
END $$;

-- Who may do what with a table or a sequence, and whose it is.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_copy_privileges(source oid, target oid) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s pg_class;
  t pg_class;
  a record;
  kind text;
BEGIN
  SELECT * INTO STRICT s FROM pg_class WHERE oid = source;
  SELECT * INTO STRICT t FROM pg_class WHERE oid = target;
  kind := CASE WHEN s.relkind = 'S' THEN 'SEQUENCE ' ELSE 'TABLE ' END || target::regclass;
  IF s.relowner <> t.relowner AND s.relkind <> 'S' THEN
    EXECUTE format('ALTER TABLE %s OWNER TO %s', target::regclass, s.relowner::regrole);
  END IF;
  FOR a IN SELECT DISTINCT CASE WHEN grantee = 0 THEN 'PUBLIC' ELSE grantee::regrole::text END AS grantee FROM pg_class, aclexplode(relacl) WHERE oid = target LOOP
    EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', kind, a.grantee);
  END LOOP;
  PERFORM postgres_ha.conversion_copy_acl(coalesce(s.relacl, acldefault(CASE WHEN s.relkind = 'S' THEN 's' ELSE 'r' END::"char", s.relowner)), s.relowner, '', kind);
  FOR a IN SELECT attname, attacl FROM pg_attribute WHERE attrelid = source AND attacl IS NOT NULL AND NOT attisdropped LOOP
    PERFORM postgres_ha.conversion_copy_acl(a.attacl, s.relowner, format(' (%I)', a.attname), kind);
  END LOOP;
END $$;

-- Foreign keys are those of the table in use only: on the other one they would refuse, or repeat, what is deleted elsewhere. NOT VALID: all rows met
-- them where they were, and to check that again would keep writers waiting. A partitioned table can have none of that kind, so its partitions do.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_move_foreign_keys(c postgres_ha.conversion, leaving regclass, arriving regclass) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  k record;
  t record;
BEGIN
  FOR k IN SELECT * FROM jsonb_to_recordset(c.foreign_keys) AS x(name name, definition text) LOOP
    FOR t IN SELECT conrelid::regclass AS relation FROM pg_constraint WHERE contype = 'f' AND conname = k.name AND conparentid = 0
      AND (conrelid = leaving OR conrelid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = leaving)) ORDER BY conrelid = leaving DESC LOOP
      EXECUTE format('ALTER TABLE %s DROP CONSTRAINT %I', t.relation, k.name);
    END LOOP;
    FOR t IN SELECT arriving AS relation WHERE arriving = c.original UNION ALL
      SELECT inhrelid::regclass FROM pg_inherits WHERE inhparent = arriving AND arriving = c.converted LOOP
      EXECUTE format('ALTER TABLE %s ADD CONSTRAINT %I %s NOT VALID', t.relation, k.name, k.definition);
    END LOOP;
  END LOOP;
END $$;

-- Under an exclusive lock of the table that leaves.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_exchange(c postgres_ha.conversion, leaving regclass, arriving regclass, aside name) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  s record;
  other regclass;
  value record;
  serials jsonb := '[]';
  triggers jsonb := '[]';
  views jsonb;
BEGIN
  FOR s IN
    SELECT d.objid::regclass AS sequence, a.attname, d.deptype FROM pg_depend d
    JOIN pg_class q ON q.oid = d.objid AND q.relkind = 'S'
    JOIN pg_attribute a ON a.attrelid = d.refobjid AND a.attnum = d.refobjsubid
    WHERE d.classid = 'pg_class'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = leaving AND d.deptype IN ('a', 'i')
  LOOP
    IF s.deptype = 'a' THEN
      EXECUTE format('ALTER SEQUENCE %s OWNED BY NONE', s.sequence);
      serials := serials || jsonb_build_object('sequence', s.sequence::oid, 'column', s.attname);
    ELSE
      SELECT objid::regclass INTO other FROM pg_depend JOIN pg_attribute ON attrelid = refobjid AND attnum = refobjsubid
      WHERE classid = 'pg_class'::regclass AND refclassid = 'pg_class'::regclass AND refobjid = arriving AND deptype = 'i' AND attname = s.attname;
      IF other IS NOT NULL THEN
        EXECUTE format('SELECT last_value, is_called FROM %s', s.sequence) INTO value;
        PERFORM setval(other, value.last_value, value.is_called);
        PERFORM postgres_ha.conversion_copy_privileges(s.sequence, other);
      END IF;
    END IF;
  END LOOP;
  IF arriving = c.converted THEN
    SELECT coalesce(jsonb_agg(jsonb_build_object('name', tgname, 'definition', pg_get_triggerdef(oid), 'enabled', tgenabled) ORDER BY tgname), '[]') INTO triggers
    FROM pg_trigger WHERE tgrelid = leaving AND NOT tgisinternal AND tgname NOT LIKE 'postgres\\_ha\\_conversion%';
  END IF;
  SELECT coalesce(jsonb_agg(DISTINCT jsonb_build_object('view', v.oid, 'definition', pg_get_viewdef(v.oid), 'options', array_to_string(v.reloptions, ', '))), '[]') INTO views
  FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid JOIN pg_class v ON v.oid = r.ev_class
  WHERE d.classid = 'pg_rewrite'::regclass AND d.refclassid = 'pg_class'::regclass AND d.refobjid = leaving AND v.relkind = 'v';
  PERFORM postgres_ha.conversion_move_foreign_keys(c, leaving, arriving);
  PERFORM postgres_ha.conversion_copy_privileges(leaving, arriving);
  PERFORM postgres_ha.conversion_release(leaving);
  EXECUTE format('ALTER TABLE %s SET SCHEMA %I', leaving, aside);
  EXECUTE format('ALTER TABLE %s SET SCHEMA %I', arriving, c.schema_name);
  FOR s IN SELECT * FROM jsonb_to_recordset(serials) AS x(sequence oid, "column" name) LOOP
    EXECUTE format('ALTER SEQUENCE %s OWNED BY %s.%I', s.sequence::regclass, arriving, s."column");
  END LOOP;
  -- The texts of views and triggers name the table, which is another one now.
  FOR s IN SELECT * FROM jsonb_to_recordset(views) AS x(view oid, definition text, options text) LOOP
    EXECUTE format('CREATE OR REPLACE VIEW %s%s AS %s', s.view::regclass, ' WITH (' || s.options || ')', s.definition);
  END LOOP;
  FOR s IN SELECT * FROM jsonb_to_recordset(triggers) AS x(name name, definition text, enabled "char") LOOP
    EXECUTE s.definition;
    EXECUTE format('ALTER TABLE %s %s TRIGGER %I', arriving,
      CASE s.enabled WHEN 'D' THEN 'DISABLE' WHEN 'R' THEN 'ENABLE REPLICA' WHEN 'A' THEN 'ENABLE ALWAYS' ELSE 'ENABLE' END, s.name);
  END LOOP;
END $$;

-- Indexes that the whole table has are made with it: their constant expressions run.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_add_partition(c postgres_ha.conversion, partition name, bounds text) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  owner regrole := (SELECT relowner FROM pg_class WHERE oid = c.original);
  given text;
BEGIN
  -- Nobody keeps what the owner of the table does not have otherwise.
  SELECT string_agg(privilege, ', ') INTO given FROM unnest(ARRAY['USAGE', 'CREATE']) AS privilege WHERE NOT has_schema_privilege(owner, c.schema_name, privilege);
  IF given IS NOT NULL THEN EXECUTE format('GRANT %s ON SCHEMA %I TO %s', given, c.schema_name, owner); END IF;
  PERFORM postgres_ha.conversion_run_as_owner(c, format('CREATE TABLE %I.%I PARTITION OF %s %s', c.schema_name, partition, c.converted::regclass, bounds));
  IF given IS NOT NULL THEN EXECUTE format('REVOKE %s ON SCHEMA %I FROM %s', given, c.schema_name, owner); END IF;
END $$;

-- What takes the longer the more partitions there are, before anybody has to wait: in the same transaction, so it is undone where that backs out.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_before_swap(which bigint) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c postgres_ha.conversion;
BEGIN
  SELECT * INTO STRICT c FROM postgres_ha.conversion WHERE id = which FOR UPDATE;
  IF c.phase <> 'verified' THEN RETURN; END IF;
  EXECUTE format('LOCK TABLE %s IN ACCESS EXCLUSIVE MODE', c.converted::regclass);
  IF c.default_partition IS NOT NULL THEN
    PERFORM postgres_ha.conversion_add_partition(c, c.default_partition, 'DEFAULT');
  END IF;
  PERFORM postgres_ha.conversion_capture(c, c.converted);
  PERFORM postgres_ha.conversion_fence_in(c, c.converted, 'swapped');
END $$;

-- The caller sets lock_timeout and statement_timeout. Backs out where catching up would keep writers waiting.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_swap(which bigint, since timestamptz) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  c postgres_ha.conversion;
  waiting bigint;
  found bigint;
  referenced regclass;
BEGIN
  SELECT * INTO STRICT c FROM postgres_ha.conversion WHERE id = which FOR UPDATE;
  IF c.phase <> 'verified' THEN RETURN; END IF;
  PERFORM postgres_ha.conversion_refuse_old_snapshots(since);
  -- What others hold while they wait for this table.
  FOR referenced IN SELECT DISTINCT confrelid FROM pg_constraint WHERE conrelid = c.original AND contype = 'f' ORDER BY 1 LOOP
    EXECUTE format('LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE', referenced);
  END LOOP;
  EXECUTE format('LOCK TABLE ONLY %s IN ACCESS EXCLUSIVE MODE', c.original::regclass);
  PERFORM postgres_ha.conversion_guard(c);
  EXECUTE format('SELECT count(*) FROM (SELECT FROM %s LIMIT 5001) AS few', c.log::regclass) INTO waiting;
  IF waiting > 5000 THEN
    RAISE EXCEPTION 'more than 5000 rows were changed since the last time' USING ERRCODE = 'PHA02';
  END IF;
  found := postgres_ha.conversion_catch_up(c);
  UPDATE postgres_ha.conversion SET foreign_keys = (SELECT coalesce(jsonb_agg(jsonb_build_object('name', conname, 'definition', pg_get_constraintdef(oid)) ORDER BY conname), '[]')
    FROM pg_constraint WHERE conrelid = c.original AND contype = 'f') WHERE id = which RETURNING * INTO c;
  PERFORM postgres_ha.conversion_exchange(c, c.original, c.converted, format('postgres_ha_original_%s', c.id));
  UPDATE postgres_ha.conversion SET phase = 'swapped', rows_caught_up = rows_caught_up + found, swapped_at = clock_timestamp(), updated_at = clock_timestamp()
  WHERE id = which;
END $$;

-- Foreign keys that the partitioned table does not have as a whole yet, and the partitions where one has to be validated first.
CREATE OR REPLACE FUNCTION postgres_ha.conversion_open_foreign_keys(c postgres_ha.conversion)
RETURNS TABLE(name name, definition text, unvalidated regclass[])
LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT k.name, k.definition, ARRAY(SELECT conrelid::regclass FROM pg_constraint JOIN pg_inherits ON inhrelid = conrelid
    WHERE inhparent = c.converted AND contype = 'f' AND conname = k.name AND NOT convalidated ORDER BY conrelid)
  FROM jsonb_to_recordset(c.foreign_keys) AS k(name name, definition text)
  WHERE NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = c.converted AND conname = k.name)
$$;

DROP FUNCTION IF EXISTS postgres_ha.conversion_copy_owner(oid, regclass);
`;
