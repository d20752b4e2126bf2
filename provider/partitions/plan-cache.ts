import type { Session } from "../sql/connection.ts";

/**
 * Has statements planned for each execution in this database, where nobody has said otherwise: docs/decisions/0012-partitioned-tables.md. Sessions that are
 * open keep what they have.
 */
export async function planEachExecution(session: Session): Promise<void> {
  await session.query(`DO $$ BEGIN
  IF NOT EXISTS (
    SELECT FROM pg_db_role_setting s CROSS JOIN unnest(s.setconfig) AS setting JOIN pg_database d ON d.oid = s.setdatabase
    WHERE d.datname = current_database() AND s.setrole = 0 AND setting LIKE 'plan_cache_mode=%'
    UNION ALL SELECT FROM pg_settings WHERE name = 'plan_cache_mode' AND source IN ('configuration file', 'command line')
  ) THEN
    EXECUTE format('ALTER DATABASE %I SET plan_cache_mode = force_custom_plan', current_database());
  END IF;
END $$`);
}
