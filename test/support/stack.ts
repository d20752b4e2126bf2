import { access, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { stringify } from "yaml";
import { type Finished, npmRun, root } from "./command.ts";

/** The outputs of a stack, secrets shown. */
export interface Outputs {
  readonly writeUrl: string;
  readonly readUrl: string;
  readonly primaryUrl: string;
  readonly replicaUrl: string;
  readonly s3Endpoint: string;
  readonly members: readonly string[];
  readonly credentials: Readonly<Record<string, { readonly user: string; readonly password: string }>>;
}

/** The last line of a command's `--json`. */
export interface Result {
  readonly type: "result";
  readonly ok: boolean;
  readonly changes: Readonly<Record<string, number>>;
  readonly durationMs: number;
  readonly outputs?: Outputs;
  readonly error?: string;
}

/** A stack of the tests' own, run with the user's commands. */
export class TestStack {
  readonly name: string;
  readonly #example: string | undefined;
  readonly #settingsFile: string;

  /** @param example The program of `examples/`; none: the one of this clone. */
  constructor(name: string, example?: string) {
    this.name = name;
    this.#example = example;
    this.#settingsFile = join(root, example === undefined ? "" : `examples/${example}`, `Pulumi.${name}.yaml`);
  }

  /** Container and volume names begin with this. */
  get prefix(): string {
    return `pgha-${this.name}`;
  }

  container(instance: string): string {
    return `${this.prefix}-${instance}`;
  }

  /** Writes the stack's settings, as a person would into `Pulumi.<stack>.yaml`. */
  async configure(settings: Readonly<Record<string, unknown>>): Promise<void> {
    const config = Object.fromEntries(
      Object.entries(settings).map(([key, value]) => [`${this.#example ?? "pulumi-postgres-ha"}:${key}`, value]),
    );
    await writeFile(this.#settingsFile, stringify({ config }));
  }

  run(command: string, ...args: string[]): Promise<Finished> {
    const words = ["--stack", this.name, ...args];
    return this.#example === undefined ? npmRun(command, words) : npmRun("example", [this.#example, command, ...words]);
  }

  /** Runs a command that must succeed, and returns its result. */
  async mustRun(command: string, ...args: string[]): Promise<Result> {
    const finished = await this.run(command, "--json", ...args);
    const result = resultOf(finished);
    if (finished.code !== 0 || !result.ok) {
      throw new Error(
        `${command} of ${this.name} failed (exit ${finished.code}): ${result.error}\n${finished.stdout}\n${finished.stderr}`,
      );
    }
    return result;
  }

  up(): Promise<Result> {
    return this.mustRun("up");
  }

  async outputs(): Promise<Outputs> {
    const { outputs } = await this.mustRun("outputs", "--show-secrets");
    if (outputs === undefined) throw new Error(`no outputs of ${this.name}`);
    return outputs;
  }

  /** Removes the stack and its data. */
  async remove(): Promise<void> {
    await this.mustRun("destroy", "--delete-data", this.name);
    await rm(this.#settingsFile, { force: true });
  }

  async hasSettingsFile(): Promise<boolean> {
    return access(this.#settingsFile).then(
      () => true,
      () => false,
    );
  }
}

/** The result event of a command that was run with `--json`. */
export function resultOf(finished: Finished): Result {
  const last = finished.stdout.trim().split("\n").at(-1) ?? "";
  try {
    return JSON.parse(last) as Result;
  } catch {
    throw new Error(`the last line is no JSON: ${last}\n${finished.stderr}`);
  }
}
