import { conversionCopy } from "./conversion-copy.ts";
import { conversionEnds } from "./conversion-ends.ts";
import { conversionSwap } from "./conversion-swap.ts";

/**
 * What turns a plain table into a partitioned one while it is written to. What is asked for, how far it is and what it found is one row of
 * `postgres_ha.conversion`, and changes in the transactions that do the work: a conversion that was killed goes on where it was.
 */
const conversionState = `
CREATE TABLE IF NOT EXISTS postgres_ha.conversion (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  schema_name name NOT NULL,
  table_name name NOT NULL,
  column_name name NOT NULL,
  -- The table as it was, the partitioned one, and the keys that one of them has to be told of. By oid: they change their names.
  original oid,
  converted oid,
  log oid,
  key name[] NOT NULL,
  default_partition name,
  definition text NOT NULL,
  phase text NOT NULL,
  file oid,
  next_block bigint NOT NULL DEFAULT 0,
  end_block bigint NOT NULL DEFAULT 0,
  rows_total bigint NOT NULL,
  rows_copied bigint NOT NULL DEFAULT 0,
  rows_caught_up bigint NOT NULL DEFAULT 0,
  busy interval NOT NULL DEFAULT '0',
  report_before jsonb NOT NULL,
  report_after jsonb,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  swapped_at timestamptz,
  CONSTRAINT conversion_phase CHECK (phase IN
    ('prepared', 'copying', 'copied', 'indexed', 'vacuumed', 'verified', 'swapped', 'finished', 'rolled back', 'abandoned'))
);
ALTER TABLE postgres_ha.conversion ADD COLUMN IF NOT EXISTS foreign_keys jsonb NOT NULL DEFAULT '[]';
CREATE UNIQUE INDEX IF NOT EXISTS conversion_one_at_a_time ON postgres_ha.conversion (schema_name, table_name)
  WHERE phase NOT IN ('finished', 'abandoned');

DROP VIEW IF EXISTS postgres_ha.conversions;
CREATE VIEW postgres_ha.conversions AS
SELECT id, format('%I.%I', schema_name, table_name) AS "table", phase, rows_copied, rows_total,
  CASE WHEN phase IN ('prepared', 'copying') THEN round(100.0 * next_block / greatest(end_block, 1), 1) ELSE 100 END AS percent_copied,
  rows_caught_up,
  CASE WHEN phase = 'copying' AND next_block > 0 THEN
    date_trunc('second', (updated_at - started_at) * ((end_block - next_block)::float8 / next_block)) END AS copy_time_left,
  CASE WHEN phase = 'swapped' THEN original::regclass END AS saved_original,
  pg_relation_size(log) AS log_bytes, started_at, updated_at, swapped_at, report_before, report_after
FROM postgres_ha.conversion;
GRANT SELECT ON postgres_ha.conversions TO pg_monitor, pg_database_owner;
`;

export const conversion = `${conversionState}${conversionCopy}${conversionSwap}${conversionEnds}`;
