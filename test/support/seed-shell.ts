import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { pathToFileURL } from "node:url";
import { type Finished, root, run } from "./command.ts";
import { clusterOf, leaderOf } from "./patroni.ts";
import type { Outputs, TestStack } from "./stack.ts";

/** What a seed's commands name, and what bears those names here. */
export interface SeedNames {
  /** The seed's containers and services. */
  readonly containers: Readonly<Record<string, string>>;
  /** Its hosts, as they are called from `gateway`. */
  readonly hosts: Readonly<Record<string, string>>;
  /** The container whose `psql` stands for that of the seed's own machine. */
  readonly gateway: string;
  readonly superuser: string;
  /** By role. */
  readonly passwords: Readonly<Record<string, string>>;
}

const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const tools = ["docker", "docker-compose", "psql"];

/** A shell in which a seed's own commands run as it prints them: `docker`, `docker-compose` and `psql` know the seed's names. */
export class SeedShell {
  readonly #folder: string;
  readonly #names: SeedNames;

  private constructor(folder: string, names: SeedNames) {
    this.#folder = folder;
    this.#names = names;
  }

  /** @param services The seed's containers and services, each with the instance that it is here: `postgres-1`, or `primary` or `replica`, as it is now. */
  static async open(
    stack: TestStack,
    outputs: Outputs,
    services: Readonly<Record<string, string>>,
  ): Promise<SeedShell> {
    const folder = await mkdtemp(join(tmpdir(), "seed-shell-"));
    for (const tool of tools) {
      const script = `#!/bin/sh\nexec "${process.execPath}" --import "${loader}" "${root}/test/support/seed-tool.ts" ${tool} "$@"\n`;
      await writeFile(join(folder, tool), script);
      await chmod(join(folder, tool), 0o755);
    }
    const members = await clusterOf(stack, "postgres-1");
    const byRole: Record<string, string | undefined> = {
      primary: leaderOf(members).name,
      replica: members.find(({ role }) => role !== "leader")?.name,
    };
    const { superuser, ...logins } = outputs.credentials;
    if (superuser === undefined) throw new Error("no superuser among the outputs");
    return new SeedShell(folder, {
      containers: Object.fromEntries(
        Object.entries(services).map(([name, own]) => [name, stack.container(byRole[own] ?? own)]),
      ),
      hosts: { localhost: "haproxy" },
      gateway: stack.container("postgres-1"),
      superuser: superuser.user,
      passwords: Object.fromEntries([superuser, ...Object.values(logins)].map((login) => [login.user, login.password])),
    });
  }

  /** Runs a script to its end, whatever its exit code. */
  run(script: string, cwd: string = root): Promise<Finished> {
    const env = {
      ...process.env,
      PATH: [this.#folder, process.env.PATH].join(delimiter),
      SEED_NAMES: JSON.stringify(this.#names),
    };
    return run("bash", ["-c", script], { env, cwd });
  }

  /** Runs a script that must succeed in every line, and returns what it printed. */
  async must(script: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(`set -euo pipefail\n${script}`);
    if (code !== 0) throw new Error(`${script}\nended with ${code}: ${stdout}\n${stderr}`);
    return stdout;
  }

  /** Runs what the seed prints as SQL, in one of its services. */
  sql(text: string, { service, user, database }: { service: string; user: string; database: string }): Promise<string> {
    const psql = `psql -X -v ON_ERROR_STOP=1 -U ${user} -d ${database}`;
    return this.must(`docker-compose exec -T ${service} ${psql} <<'SEED_SQL'\n${text}\nSEED_SQL`);
  }

  async close(): Promise<void> {
    await rm(this.#folder, { recursive: true, force: true });
  }
}
