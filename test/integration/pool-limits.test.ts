import { afterAll, beforeAll, expect, it } from "vitest";
import { ownRoles } from "../../components/cluster/own-roles.ts";
import { writePoolArgs } from "../../components/pools/args.ts";
import { pgbouncerConfig, userList } from "../../components/pools/pgbouncer.ts";
import { docker } from "../support/docker.ts";
import { startPostgres, type ThrowawayPostgres } from "../support/postgres.ts";
import { query } from "../support/sql.ts";
import { imageFor, startThrowaway, type Throwaway } from "../support/throwaway.ts";

/** A role's connection limit on the way through a real PgBouncer, which knows the role from the database only. */
let server: ThrowawayPostgres;
let pooler: Throwaway;

const most = 2;
const as = (user: string) => `postgres://${user}:word@127.0.0.1:${pooler.port}/postgres`;

beforeAll(async () => {
  server = await startPostgres();
  const [, lookup = ""] = /CREATE OR REPLACE (FUNCTION .*?\$\$;)/s.exec(ownRoles("postgres")) ?? [];
  await query(
    server.url(),
    `CREATE ROLE pgbouncer LOGIN PASSWORD 'word'; CREATE SCHEMA pgbouncer; GRANT USAGE ON SCHEMA pgbouncer TO pgbouncer; CREATE ${lookup}
     CREATE ROLE reports_user LOGIN CONNECTION LIMIT ${most} PASSWORD 'word'; CREATE ROLE app LOGIN PASSWORD 'word'`,
  );
  const { NetworkSettings } = await docker.getContainer(server.id).inspect();
  const settings = writePoolArgs.parse({});
  const target = { host: NetworkSettings.Networks.bridge?.IPAddress ?? "", port: 5432 };
  const limited = [
    { role: "reports_user", databases: 1, most },
    { role: "app", databases: 1 },
  ];
  const config = pgbouncerConfig(settings, 6442, target, { lookup: "pgbouncer", admin: "postgres", limited });
  pooler = await startThrowaway({
    image: await imageFor("pgbouncer", "POSTGRES_HA_TEST_PGBOUNCER_IMAGE"),
    port: 6442,
    user: "app",
    command: ["sh", "-c", 'cd /tmp; echo "$CONFIG" > c.ini; echo "$USERS" > users; exec pgbouncer c.ini'],
    env: () => [
      `CONFIG=${config.replaceAll(/\/(etc|run)\/pgbouncer(\/userlist.txt)?/g, (_, at) => (at === "etc" ? "/tmp/users" : "/tmp"))}`,
      `USERS=${userList("pgbouncer", "word")}`,
    ],
    probe: ({ port }) => query(`postgres://app:word@127.0.0.1:${port}/postgres`, "SELECT 1"),
  });
});
afterAll(async () => {
  await pooler?.remove();
  await server?.remove();
});

it("lets further clients of the role wait, and no others", async () => {
  const slow = (user: string) => query(as(user), "SELECT pg_sleep(1), pg_backend_pid() AS pid");
  const clients = [
    ...Array.from({ length: 6 }, () => slow("reports_user")),
    ...Array.from({ length: 6 }, () => slow("app")),
  ];
  const backends = await Promise.all(clients);
  const pids = (from: number) => new Set(backends.slice(from, from + 6).map(([row]) => row?.pid));
  expect(pids(0).size).toBe(most);
  expect(pids(6).size).toBe(6);
});
