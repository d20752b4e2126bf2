-- Writes catalogue-17.ts from a real server, that of the image for PostgreSQL (any tag that `npm run up` built):
--
--   docker run --rm -i --entrypoint bash pulumi-postgres-ha/postgres:TAG -c '
--     initdb -D /tmp/data -U postgres > /dev/null
--     libraries=auth_delay,auto_explain,pg_cron,pg_partman_bgw,pg_prewarm,pg_stat_statements,pgaudit
--     pg_ctl start -s -w -D /tmp/data -l /tmp/log -o "-k /tmp -c listen_addresses= -c shared_preload_libraries=$libraries"
--     psql -XAtq -h /tmp -U postgres -v ON_ERROR_STOP=1
--   ' < catalogue.sql > catalogue-17.ts
--
-- Libraries register their settings only when something loads them.
LOAD 'basic_archive';
LOAD 'pg_trgm';
LOAD 'plpgsql';
LOAD 'postgis-3';
LOAD 'postgis_raster-3';
LOAD 'postgres_fdw';
LOAD 'vector';

SELECT format($$// biome-ignore-all format: one setting a line.
// Made by catalogue.sql from PostgreSQL %s: do not edit.
import type { Setting } from "./catalogue.ts";

export const settings: Readonly<Record<string, Setting>> = {$$, current_setting('server_version'));

SELECT format('  %s: %s,',
  CASE WHEN name ~ '^[A-Za-z_]+$' THEN name ELSE to_json(name)::text END,
  '{ ' || concat_ws(', ',
    'type: ' || to_json(vartype),
    'unit: ' || to_json(unit),
    'min: ' || min_val,
    'max: ' || max_val,
    'values: ' || array_to_json(enumvals),
    'context: ' || to_json(context),
    'default: ' || to_json(boot_val),
    CASE WHEN category = 'Developer Options' THEN 'developer: true' END,
    'about: ' || to_json(short_desc)
  ) || ' }')
FROM pg_settings
ORDER BY name COLLATE "C";

SELECT '};';

SELECT format($$
/** The time zones that the server's system knows. */
export const timeZones: readonly string[] = %s;$$, json_agg(name ORDER BY name COLLATE "C"))
FROM pg_timezone_names
WHERE name LIKE '%/%' OR name = 'UTC';

SELECT format($$
/** The encodings that clients of a UTF-8 database may have. */
export const clientEncodings: readonly string[] = %s;$$, json_agg(name ORDER BY name COLLATE "C"))
FROM (
  SELECT pg_encoding_to_char(conforencoding) AS name FROM pg_conversion
  WHERE pg_encoding_to_char(contoencoding) = 'UTF8' AND condefault
  UNION VALUES ('UTF8'), ('SQL_ASCII')
) AS known;

SELECT format($$
/** The configurations of full text search that every database has. */
export const textSearchConfigurations: readonly string[] = %s;$$, json_agg(cfgname ORDER BY cfgname COLLATE "C"))
FROM pg_ts_config;
