/** What was declared of each table, and what became of its maintenance. */
export const partitionsRegistry = `
CREATE TABLE IF NOT EXISTS postgres_ha.partitioned_tables (
  schema_name name NOT NULL,
  table_name name NOT NULL,
  -- The URN that declares it: no two resources keep one table.
  resource text NOT NULL,
  control name NOT NULL,
  -- A unit of date_trunc, or range.
  unit text NOT NULL,
  -- The values of one partition of a range.
  step bigint CHECK ((step IS NULL) = (unit <> 'range')),
  ahead integer NOT NULL,
  first_day date,
  -- An interval or a number of values, and what becomes of what is older.
  keep text,
  expired text CHECK (expired IN ('drop', 'detach', 'archive')),
  -- As to_char takes it, with {START} for a range. NULL: pg_partman's own names.
  name_format text,
  schedule text NOT NULL,
  -- When the clock was last believed, and how far it may be ahead of that before it has to be confirmed.
  clock timestamptz NOT NULL DEFAULT clock_timestamp(),
  clock_tolerance interval NOT NULL,
  declared_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  last_run timestamptz,
  last_success timestamptz,
  last_result text,
  PRIMARY KEY (schema_name, table_name)
);
COMMENT ON TABLE postgres_ha.partitioned_tables IS 'The tables whose partitions are maintained, one row for each PartitionedTable';

-- What the clock said when a host had been up for so many seconds, when that was last believed.
CREATE TABLE IF NOT EXISTS postgres_ha.partition_clocks (
  boot text PRIMARY KEY,
  clock timestamptz NOT NULL,
  uptime double precision NOT NULL
);

CREATE TABLE IF NOT EXISTS postgres_ha.partition_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  schema_name name NOT NULL,
  table_name name NOT NULL,
  started_at timestamptz NOT NULL,
  -- NULL and "cut short" while a run is at it, and for good where its server went away.
  finished_at timestamptz,
  ok boolean NOT NULL DEFAULT false,
  made text[] NOT NULL DEFAULT '{}',
  removed text[] NOT NULL DEFAULT '{}',
  message text NOT NULL DEFAULT 'cut short'
);
COMMENT ON TABLE postgres_ha.partition_log IS 'What each run of the maintenance did to each table; rows are kept for 90 days';
CREATE INDEX IF NOT EXISTS partition_log_table_idx ON postgres_ha.partition_log (schema_name, table_name, id);
CREATE INDEX IF NOT EXISTS partition_log_started_at_idx ON postgres_ha.partition_log (started_at);
GRANT SELECT ON postgres_ha.partition_log, postgres_ha.partitioned_tables TO pg_monitor;
`;
