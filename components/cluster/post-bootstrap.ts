import { configFolder } from "./patroni.ts";

/** Where the poolers' own password lies in a member, for the one run of this script. */
export const poolerPasswordFile = `${configFolder}/pooler-password`;

/** The role as which a pooler looks up the password of a client. */
export const poolerRole = "pgbouncer";

/**
 * Patroni runs this once, on the first primary, after initdb, with a connection string as its argument.
 * It makes the poolers' role and the lookup of `auth_query`: SECURITY DEFINER with a fixed search path, so that the role itself
 * needs no rights on pg_authid, and blind to passwords whose VALID UNTIL has passed.
 */
export const postBootstrap = `#!/bin/sh
set -eu
exec psql -X -v ON_ERROR_STOP=1 -d "$1" <<'SQL'
SET log_statement = 'none';
\\set password \`cat ${poolerPasswordFile}\`
BEGIN;
CREATE ROLE ${poolerRole} LOGIN PASSWORD :'password';
CREATE SCHEMA ${poolerRole} AUTHORIZATION CURRENT_USER;
REVOKE ALL ON SCHEMA ${poolerRole} FROM PUBLIC;
GRANT USAGE ON SCHEMA ${poolerRole} TO ${poolerRole};
CREATE FUNCTION ${poolerRole}.user_lookup(IN i_username text, OUT uname text, OUT phash text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT rolname::text, CASE WHEN rolvaliduntil < now() THEN NULL ELSE rolpassword END
  FROM pg_authid WHERE rolname = i_username AND rolcanlogin $$;
REVOKE ALL ON FUNCTION ${poolerRole}.user_lookup(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ${poolerRole}.user_lookup(text) TO ${poolerRole};
COMMIT;
SQL
`;
