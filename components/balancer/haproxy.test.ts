import { describe, expect, it } from "vitest";
import { parseArguments } from "../arguments.ts";
import { balancerArgs } from "./args.ts";
import { haproxyConfig } from "./haproxy.ts";

const named = (...names: string[]) => names.map((name) => ({ name, host: name }));
const config = haproxyConfig(parseArguments("test", balancerArgs, {}), {
  members: named("postgres-1", "postgres-2").map((member) => ({ ...member, postgresPort: 5432, patroniPort: 8008 })),
  writePoolers: named("pgbouncer-write-1"),
  readPoolers: named("pgbouncer-read-1"),
  poolerPorts: { write: 6442, read: 6443 },
});

/** The lines of one section. */
function section(header: string): string[] {
  const text = config.split(/^(?=\S)/m).find((part) => part.startsWith(`${header}\n`)) ?? "";
  return text
    .trim()
    .split("\n")
    .map((line) => line.trim());
}

describe("haproxy.cfg", () => {
  it.each([
    ["write", 6432, "write_pool"],
    ["read", 6433, "read_pool"],
    ["primary", 5432, "primary"],
    ["replica", 5433, "replicas"],
  ])("leads port %s (%i) to %s", (name, port, backend) => {
    expect(section(`frontend ${name}`)).toEqual([`frontend ${name}`, `bind :${port}`, `default_backend ${backend}`]);
  });

  it("asks Patroni who is the primary", () => {
    expect(section("backend primary")).toEqual(
      expect.arrayContaining(["option httpchk OPTIONS /primary", "server postgres-1 postgres-1:5432 check port 8008"]),
    );
  });

  it("reads from replicas that are near enough, and from the primary where there is none", () => {
    expect(section("backend replicas")).toEqual(
      expect.arrayContaining([
        "option httpchk OPTIONS /replica?lag=10MB&replication_state=streaming",
        "default-server on-marked-up shutdown-backup-sessions",
        "server postgres-2 postgres-2:5432 check port 8008",
        "server last-resort 127.0.0.1:5432 backup",
      ]),
    );
  });

  it("asks poolers whether they speak, without a login that would need a primary", () => {
    expect(section("backend write_pool")).toEqual(
      expect.arrayContaining([
        "tcp-check send-binary 0000000804d2162f",
        "server pgbouncer-write-1 pgbouncer-write-1:6442 check",
      ]),
    );
    expect(section("backend read_pool")).toContain("server pgbouncer-read-1 pgbouncer-read-1:6443 check");
  });
});
