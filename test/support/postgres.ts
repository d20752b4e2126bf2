import { query } from "./sql.ts";
import { imageFor, startThrowaway, type Throwaway } from "./throwaway.ts";

export interface ThrowawayPostgres extends Throwaway {
  /** The connection string of a database, as superuser. */
  url(database?: string): string;
}

// fsync is off: nothing here has to survive a crash of the machine.
const start = `set -eu
data=/tmp/throwaway
printf %s "$PASSWORD" > /tmp/password
initdb --pgdata="$data" --username="$SUPERUSER" --pwfile=/tmp/password --auth=scram-sha-256 --encoding=UTF8 --locale=C.UTF-8 > /dev/null
echo 'host all all all scram-sha-256' >> "$data/pg_hba.conf"
exec postgres -D "$data" -c listen_addresses='*' -c unix_socket_directories=/tmp -c fsync=off "$@"`;

/** A PostgreSQL without Patroni, ready for connections. POSTGRES_HA_TEST_POSTGRES_IMAGE names another image than the project's own. */
export async function startPostgres(settings: Readonly<Record<string, string>> = {}): Promise<ThrowawayPostgres> {
  const given = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const urlOf = (server: Pick<Throwaway, "port" | "user" | "password">, database: string) =>
    `postgres://${server.user}:${server.password}@127.0.0.1:${server.port}/${database}`;
  const server = await startThrowaway({
    image: await imageFor("postgres", "POSTGRES_HA_TEST_POSTGRES_IMAGE"),
    port: 5432,
    user: "postgres",
    command: ["sh", "-c", start, "postgres", ...given],
    env: (user, password) => [`SUPERUSER=${user}`, `PASSWORD=${password}`],
    probe: (started) => query(urlOf(started, "postgres"), "SELECT 1"),
  });
  return { ...server, url: (database = "postgres") => urlOf(server, database) };
}

/** What pg_cron needs of a server, for `startPostgres`. */
export const withCron = { shared_preload_libraries: "pg_cron", "cron.use_background_workers": "on" };
