import { describe, expect, it } from "vitest";
import { ownRoles } from "./own-roles.ts";

describe("the script for the system's own roles", () => {
  const script = ownRoles("kb_admin");

  it("connects as the superuser over the socket when Patroni calls it back", () => {
    expect(script).toContain("user=kb_admin dbname=postgres");
  });

  it("does nothing on a replica", () => {
    expect(script).toContain('[ "$2" = primary ] || exit 0');
  });

  it("never waits for a replica, which may need these very roles to follow", () => {
    expect(script).toContain("SET synchronous_commit = 'local'");
  });

  it.each(["replicator", "rewind", "pgbouncer"])(
    "makes %s only where it is missing, with the password of its file",
    (role) => {
      expect(script).toContain(`cat /etc/patroni/${role}-password`);
      expect(script).toContain(`WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}')`);
    },
  );
});
