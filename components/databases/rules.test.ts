import { describe, expect, it } from "vitest";
import { InvalidArguments } from "../arguments.ts";
import { resolveHaPostgres } from "../ha-postgres/resolve.ts";

function problemsOf(given: unknown): string[] {
  try {
    resolveHaPostgres("HaPostgres test", given);
  } catch (error) {
    if (error instanceof InvalidArguments) return error.problems.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
  return [];
}

const shop = { name: "shop", owner: "owner", extensions: ["pg_partman"], schemas: [{ name: "audit" }] };

describe("databases and roles", () => {
  it("are taken as a platform writes them", () => {
    const roles = [
      { name: "owner", connectionLimit: 50 },
      { name: "readers", login: false, access: [{ database: "shop", may: "read" }] },
      {
        name: "reports_user",
        memberOf: ["readers", "pg_monitor"],
        settings: { statement_timeout: "30s", "shop.x": 1 },
      },
    ];
    expect(problemsOf({ databases: [shop], roles })).toEqual([]);
  });

  it("have all that is wrong with them told at once, and the way out", () => {
    const databases = [
      { ...shop, schemas: [{ name: "audit", owner: "auditr" }, { name: "pg_mine" }] },
      { name: "postgres", owner: "replicator" },
      { name: "pgbouncer" },
    ];
    const roles = [
      { name: "auditor" },
      { name: "owner", login: false, access: [{ database: "shop", may: "read" }] },
      { name: "pg_mine" },
      { name: "s3" },
      {
        name: "reader",
        memberOf: ["reader", "reders", "group"],
        settings: { search_path: "a", shared_buffers: "1GB", work_mem: "1 MB and more", statment_timeout: 1 },
        access: [
          { database: "shp", may: "read" },
          { database: "shop", may: "read", schemas: ["partman", "audt"] },
          { database: "shop", may: "write" },
        ],
      },
      { name: "group", login: false, memberOf: ["reader"] },
      { name: "reader" },
    ];
    const problems = problemsOf({ databases, roles });
    const expected = [
      /^databases\[0\]\.schemas\[0\]\.owner: "auditr" is no declared role; did you mean "auditor"\? declared are: /,
      /^databases\[0\]\.schemas\[1\]\.name: "pg_mine" is the system's own; give the schema another name/,
      /^databases\[1\]\.name: "postgres" is PostgreSQL's own; give the database another name/,
      /^databases\[1\]\.owner: "replicator" is the name of a role of the system itself; give the owner another name/,
      /^databases\[2\]\.name: "pgbouncer" is the name of a role of the system itself; give the database an owner of another name/,
      /^roles\[1\]\.login: false, and "owner" owns "shop", whose clients log in as it/,
      /^roles\[1\]\.access\[0\]\.database: "owner" owns "shop" and may do everything there; remove it/,
      /^roles\[2\]\.name: "pg_mine" begins with pg_/,
      /^roles\[3\]\.name: "s3" is what the output credentials calls another login/,
      /^roles\[4\]\.memberOf\[0\]: "reader" cannot be a member of itself/,
      /^roles\[4\]\.memberOf\[1\]: "reders" is no declared role; did you mean "reader"\?/,
      /^roles\[4\]\.memberOf\[2\]: "group" is itself a member of "reader"/,
      /^roles\[4\]\.settings\.search_path: searchPath sets it/,
      /^roles\[4\]\.settings\.shared_buffers: it is the whole server's, and no session's; set it in cluster\.parameters/,
      /^roles\[4\]\.settings\.work_mem: .*PostgreSQL takes/,
      /^roles\[4\]\.settings\.statment_timeout: unknown setting "statment_timeout"; did you mean "statement_timeout"\?/,
      /^roles\[4\]\.access\[0\]\.database: "shp" is no declared database; did you mean "shop"\?/,
      /^roles\[4\]\.access\[1\]\.schemas\[0\]: "partman" belongs to the extension pg_partman; declared are: public, audit/,
      /^roles\[4\]\.access\[1\]\.schemas\[1\]: "audt" is no declared schema of "shop"; did you mean "audit"\?/,
      /^roles\[4\]\.access\[2\]\.database: "shop" has its access above, at 1/,
      /^roles\[6\]\.name: "reader" is declared twice/,
    ];
    for (const each of expected) expect(problems).toContainEqual(expect.stringMatching(each));
  });

  it("leave the superuser's name to the superuser, whatever it is", () => {
    const given = { cluster: { superuser: "admin" }, roles: [{ name: "admin" }] };
    expect(problemsOf(given)).toEqual([`roles[0].name: "admin" is the superuser's; give the role another name`]);
    expect(problemsOf({ cluster: { superuser: "admin" }, roles: [{ name: "postgres" }] })).toEqual([]);
  });

  it("have pg_cron in a database that there is", () => {
    const cluster = { parameters: { "cron.database_name": "jobs" } };
    const withCron = { name: "shop", extensions: ["pg_cron"] };
    expect(problemsOf({ cluster, databases: [withCron] })).toEqual([
      expect.stringMatching(/^databases\[0\]\.extensions\[0\]: pg_cron can only be in .* "jobs".*declare it, or leave/),
    ]);
    expect(problemsOf({ cluster, databases: [withCron, { name: "jobs" }] })).toEqual([]);
    expect(problemsOf({ databases: [withCron] })).toEqual([]);
  });

  it("count the pools that their roles need", () => {
    const role = (index: number) => ({ name: `app${index}`, access: [{ database: "shop", may: "write" }] });
    const roles = Array.from({ length: 10 }, (_, index) => role(index));
    const limited = roles.map((role) => ({ ...role, connectionLimit: 4 }));
    expect(problemsOf({ databases: [shop], roles: limited })).toEqual([]);
    expect(problemsOf({ databases: [shop], roles: [{ ...role(1), connectionLimit: 3 }] })).toEqual([
      "roles[0].connectionLimit: 3 is fewer than the 4 PgBouncers, each of which needs one; at least 4",
    ]);
    expect(problemsOf({ databases: [shop], roles, cluster: { connections: 200 } })).toContainEqual(
      expect.stringMatching(/^cluster\.connections: 200 less 3 reserved is fewer .*\(2 instances of 11 times 25/),
    );
  });
});
