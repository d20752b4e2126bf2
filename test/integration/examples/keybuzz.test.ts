import { describe, expect, it } from "vitest";
import { clusterOf } from "../../support/patroni.ts";
import { changesNothingAgain, runningExample } from "../../support/running-example.ts";
import { eventually, query } from "../../support/sql.ts";

const nodes = { "db-master-01": "postgres-1", "db-slave-01": "postgres-2", "db-slave-02": "postgres-3" };

/** The seed's three nodes, on Raft as there, and one of each of what it has two. */
const example = runningExample("keybuzz", {
  services: nodes,
  postgres: { consensus: { kind: "raft" }, balancer: { instances: 1 } },
});

describe("pgvector", () => {
  it("is installed in keybuzz, on the primary and on the replicas", async () => {
    for (const node of Object.keys(nodes)) {
      const found = await example.shell.sql("SELECT extname, extversion FROM pg_extension WHERE extname = 'vector';", {
        service: node,
        user: "kb_admin",
        database: "keybuzz",
      });
      expect(found).toMatch(/^ vector +\| \d+\.\d+/m);
    }
  });

  it("finds what is near, in the pool of writers and on a replica", async () => {
    const { writeUrl, replicaUrl } = example.outputs;
    await query(
      writeUrl,
      "INSERT INTO documents (title, content, embedding) VALUES ('cat', 'purrs', '[1,0,0]'), ('dog', 'barks', '[0.9,0.1,0]'), ('car', 'honks', '[0,0,1]')",
    );
    const near = "SELECT title FROM documents ORDER BY embedding <=> '[1,0.02,0]' LIMIT 2";
    const found = [{ title: "cat" }, { title: "dog" }];
    expect(await query(writeUrl, near)).toEqual(found);
    await eventually(async () => expect(await query(replicaUrl, near)).toEqual(found), 10);
    expect(await query(replicaUrl, "SELECT pg_is_in_recovery() AS standby")).toEqual([{ standby: true }]);
  });
});

describe("the roles", () => {
  it("are kb_app, who owns the database, and kb_admin, who may do everything", async () => {
    const { writeUrl, credentials } = example.outputs;
    expect(writeUrl).toMatch(/^postgresql:\/\/kb_app:[^@]+@[^/]+\/keybuzz$/);
    expect(credentials.kb_app?.password).toHaveLength(32);
    const roles = `SELECT d.datname, pg_get_userbyid(d.datdba) AS owner,
      (SELECT rolsuper FROM pg_roles WHERE rolname = 'kb_admin') AS admin,
      (SELECT rolsuper FROM pg_roles WHERE rolname = 'kb_app') AS app
      FROM pg_database d WHERE datname = 'keybuzz'`;
    expect(await query(writeUrl, roles)).toEqual([{ datname: "keybuzz", owner: "kb_app", admin: true, app: false }]);
  });
});

describe("the cluster", () => {
  it("has one leader and two replicas that stream without lag", async () => {
    // Patroni tells what it last saw, which is a moment old.
    await eventually(async () => {
      const members = await clusterOf(example.stack, "postgres-1");
      expect(members.map(({ state }) => state).sort()).toEqual(["running", "streaming", "streaming"]);
      expect(members.flatMap(({ lag }) => lag ?? [])).toEqual([0, 0]);
    }, 20);
  });
});

changesNothingAgain(example);
