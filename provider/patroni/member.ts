import type { Instance } from "../instances/instance.ts";
import { PatroniRest } from "./rest.ts";
import type { ClusterView } from "./view.ts";

/** A setting as a member has it. */
export interface FoundSetting {
  /** What holds now, in the setting's base unit; undefined where the server does not know it. */
  readonly current?: string;
  /** What its configuration files say, as written there; undefined where they do not say it. */
  readonly written?: string;
  /** Why the server has not taken what is written. It says the same of a value that waits for a restart. */
  readonly error?: string;
}

/** A member of the cluster: its Patroni and its PostgreSQL, from the inside. */
export class PatroniMember {
  readonly name: string;
  readonly rest: PatroniRest;
  readonly #instance: Instance;
  readonly #superuser: string;

  constructor(name: string, instance: Instance, superuser: string) {
    this.name = name;
    this.rest = new PatroniRest(instance);
    this.#instance = instance;
    this.#superuser = superuser;
  }

  cluster(signal?: AbortSignal): Promise<ClusterView> {
    return this.rest.json<ClusterView>("GET", "/cluster", undefined, signal);
  }

  /** By name, of the settings that are asked for. */
  async settings(names: readonly string[]): Promise<Record<string, FoundSetting>> {
    if (names.length === 0) return {};
    const rows = await this.#query<{ name: string } & { [Key in keyof FoundSetting]: string | null }>(`
      SELECT asked.name, s.setting AS current, f.setting AS written, f.error
      FROM unnest(ARRAY[${names.map(literal).join(",")}]) AS asked(name)
      LEFT JOIN pg_settings s ON lower(s.name) = lower(asked.name)
      LEFT JOIN (
        SELECT DISTINCT ON (lower(name)) name, setting, error
        FROM pg_file_settings ORDER BY lower(name), seqno DESC
      ) f ON lower(f.name) = lower(asked.name)`);
    return Object.fromEntries(
      rows.map(({ name, ...found }) => [
        name,
        Object.fromEntries(Object.entries(found).filter(([, value]) => value !== null)),
      ]),
    );
  }

  /** What ALTER SYSTEM has set here. */
  async overrides(): Promise<Record<string, string>> {
    const rows = await this.#query<{ name: string; setting: string }>(
      "SELECT name, setting FROM pg_file_settings WHERE sourcefile LIKE '%/postgresql.auto.conf' ORDER BY seqno",
    );
    return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  }

  /** Takes back what ALTER SYSTEM has set; the files of Patroni decide again. */
  async resetOverrides(names: readonly string[]): Promise<void> {
    const resets = names.map((name) => `ALTER SYSTEM RESET ${identifier(name)}`);
    await this.#psql([...resets, "SELECT pg_reload_conf()"]);
  }

  async #query<Row>(select: string): Promise<Row[]> {
    return JSON.parse(await this.#psql([`SELECT coalesce(json_agg(r), '[]') FROM (${select}) r`])) as Row[];
  }

  #psql(statements: readonly string[]): Promise<string> {
    const commands = statements.flatMap((statement) => ["-c", statement]);
    const command = ["psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1", "-U", this.#superuser, "-d", "postgres"];
    return this.#instance.run([...command, ...commands]);
  }
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A setting's name may have one dot, of its extension. */
function identifier(name: string): string {
  return name
    .split(".")
    .map((part) => `"${part.replaceAll('"', '""')}"`)
    .join(".");
}
