/** Patroni merges all .yml files of this folder. */
export const configFolder = "/etc/patroni";

/** The role as which a pooler looks up the password of a client. */
export const poolerRole = "pgbouncer";
export const replicationRole = "replicator";
export const rewindRole = "rewind";

/** Where the password of a role of ours lies in a member; not a .yml, which Patroni would read. */
export function passwordFile(role: string): string {
  return `${configFolder}/${role}-password`;
}

/** Where the script lies in a member. */
export const ownRolesScript = `${configFolder}/own-roles`;

const roles = [
  { name: replicationRole, attributes: "LOGIN REPLICATION" },
  { name: rewindRole, attributes: "LOGIN" },
  { name: poolerRole, attributes: "LOGIN" },
];

/** What pg_rewind reads. https://www.postgresql.org/docs/17/app-pgrewind.html */
const rewindFunctions = [
  "pg_ls_dir(text, boolean, boolean)",
  "pg_stat_file(text, boolean)",
  "pg_read_binary_file(text)",
  "pg_read_binary_file(text, bigint, bigint, boolean)",
];

function createRole({ name, attributes }: { name: string; attributes: string }): string {
  return `\\set password \`cat ${passwordFile(name)}\`
SELECT format('CREATE ROLE ${name} ${attributes} PASSWORD %L', :'password')
  WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${name}') \\gexec`;
}

/**
 * Makes the roles of the system itself, where they are missing. Patroni runs it once after initdb (with a connection string), and whenever a member starts or
 * becomes the primary (with an action, a role and a scope): a first start that was cut short in the middle is then made whole by the next one.
 *
 * The lookup of PgBouncer's `auth_query` is SECURITY DEFINER with a fixed search path, so that its role needs no rights on pg_authid, and is
 * blind to passwords whose VALID UNTIL has passed.
 */
export function ownRoles(superuser: string): string {
  return `#!/bin/sh
set -eu
case $# in
  1) connection=$1 ;;
  *) [ "$2" = primary ] || exit 0
     connection='host=/var/run/postgresql user=${superuser} dbname=postgres' ;;
esac
exec psql -X -q -v ON_ERROR_STOP=1 -d "$connection" <<'SQL'
SET log_statement = 'none';
SET synchronous_commit = 'local';
SET client_min_messages = 'warning';
BEGIN;
${roles.map(createRole).join("\n")}
GRANT EXECUTE ON FUNCTION ${rewindFunctions.join(", ")} TO ${rewindRole};
CREATE SCHEMA IF NOT EXISTS ${poolerRole};
REVOKE ALL ON SCHEMA ${poolerRole} FROM PUBLIC;
GRANT USAGE ON SCHEMA ${poolerRole} TO ${poolerRole};
CREATE OR REPLACE FUNCTION ${poolerRole}.user_lookup(IN i_username text, OUT uname text, OUT phash text)
  LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT rolname::text, CASE WHEN rolvaliduntil < now() THEN NULL ELSE rolpassword END
  FROM pg_authid WHERE rolname = i_username AND rolcanlogin $$;
REVOKE ALL ON FUNCTION ${poolerRole}.user_lookup(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION ${poolerRole}.user_lookup(text) TO ${poolerRole};
COMMIT;
SQL
`;
}
