/** The materialized views that are declared: what each was made from, and PostgreSQL's own words for it, by which a change by hand shows. */
export const materializedViews = `
CREATE TABLE IF NOT EXISTS postgres_ha.materialized_views (
  schema name NOT NULL,
  name name NOT NULL,
  query text NOT NULL,
  definition text NOT NULL,
  indexes jsonb NOT NULL DEFAULT '{}',
  made_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (schema, name)
);
GRANT SELECT ON postgres_ha.materialized_views TO pg_monitor, pg_database_owner;
`;
