import { describe, expect, it } from "vitest";
import { parseArguments } from "../arguments.ts";
import { readPoolArgs, writePoolArgs } from "./args.ts";
import { pgbouncerConfig, userList } from "./pgbouncer.ts";
import { serverConnections } from "./rules.ts";

const target = { host: "haproxy", port: 5432 };
const users = { lookup: "pgbouncer", admin: "postgres" };

describe("pgbouncer.ini", () => {
  it.each([
    ["write", writePoolArgs, ["transaction", 200, 25, 5, 3600]],
    ["read", readPoolArgs, ["session", 300, 50, 10, 7200]],
  ])("of the %s pool has the settings of its row (S2, S3)", (_, schema, [mode, clients, size, minimum, lifetime]) => {
    const config = pgbouncerConfig(parseArguments("test", schema, {}), 6442, target, users);
    expect(config).toContain("* = host=haproxy port=5432");
    expect(config).toContain("listen_port = 6442\n");
    expect(config).toContain(`pool_mode = ${mode}\n`);
    expect(config).toContain(`max_client_conn = ${clients}\n`);
    expect(config).toContain(`default_pool_size = ${size}\n`);
    expect(config).toContain(`min_pool_size = ${minimum}\n`);
    expect(config).toContain(`server_lifetime = ${lifetime}\n`);
  });

  it("opens no more connections for passwords than the sums count", () => {
    const config = pgbouncerConfig(parseArguments("test", writePoolArgs, {}), 6442, target, users);
    expect(config).toContain("[users]\n; Looks");
    expect(config).toContain("pgbouncer = max_user_connections=2\n");
  });

  it("opens no more for a role than its limit", () => {
    const limited = [
      { role: "reports_user", databases: 2, most: 3 },
      { role: "app", databases: 1 },
    ];
    const settings = parseArguments("test", writePoolArgs, {});
    const config = pgbouncerConfig(settings, 6442, target, { ...users, limited });
    expect(config).toContain("max_user_connections=2\nreports_user = max_user_connections=3\n\n[pgbouncer]");
    expect(serverConnections(settings, limited)).toBe(3 + 25 + 2);
  });

  it("tries a server again as soon as it is told to", () => {
    const settings = parseArguments("test", writePoolArgs, { serverLoginRetry: 1.5, serverConnectTimeout: 7 });
    const config = pgbouncerConfig(settings, 6442, target, users);
    expect(config).toContain("server_login_retry = 1.5\n");
    expect(config).toContain("server_connect_timeout = 7\n");
  });

  it("asks the database for passwords, and holds none", () => {
    const config = pgbouncerConfig(parseArguments("test", writePoolArgs, {}), 6442, target, users);
    expect(config).toContain("auth_type = scram-sha-256");
    expect(config).toContain("auth_query = SELECT uname, phash FROM pgbouncer.user_lookup($1)");
    expect(userList("pgbouncer", "word")).toBe('"pgbouncer" "word"\n');
  });
});
