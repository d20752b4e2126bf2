/** Which files ran in this database. `progress` is of a file outside a transaction that is not through: the checksums of the statements that are; `begun`: the next one was begun outside a transaction. */
export const migrationRecords = `
CREATE TABLE IF NOT EXISTS postgres_ha.migrations (
  history text NOT NULL,
  position integer NOT NULL,
  name text NOT NULL,
  checksum text NOT NULL,
  role text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  progress text[] NOT NULL DEFAULT '{}',
  begun boolean NOT NULL DEFAULT false,
  PRIMARY KEY (history, name),
  UNIQUE (history, position)
);
GRANT SELECT ON postgres_ha.migrations TO pg_monitor, pg_database_owner;
`;
