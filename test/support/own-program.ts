import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Finished, root, run } from "./command.ts";

const stack = "own";

/** A Pulumi project of this clone, e.g. `bench/many-tables`, with a state of its own that nothing else knows. */
export class OwnProgram {
  readonly #folder: string;
  readonly #state: string;
  readonly #environment: NodeJS.ProcessEnv;

  private constructor(folder: string, state: string, environment: NodeJS.ProcessEnv) {
    this.#folder = folder;
    this.#state = state;
    this.#environment = environment;
  }

  /** `environment`: where `pulumi` and its plugins are found. */
  static async open(path: string, environment: NodeJS.ProcessEnv): Promise<OwnProgram> {
    const state = await mkdtemp(join(tmpdir(), "own-program-"));
    const program = new OwnProgram(join(root, path), state, {
      ...environment,
      PULUMI_BACKEND_URL: `file://${state}`,
      PULUMI_CONFIG_PASSPHRASE: "only for this program",
    });
    await program.pulumi("stack", "init", stack);
    return program;
  }

  /** Runs a command that must succeed. */
  async pulumi(...args: string[]): Promise<Finished> {
    const all = [...args, "--non-interactive", "--color", "never"];
    const finished = await run("pulumi", all, { cwd: this.#folder, env: this.#environment });
    const { code, stdout, stderr } = finished;
    if (code !== 0) throw new Error(`pulumi ${args[0]} ended with ${code}:\n${stdout}\n${stderr}`);
    return finished;
  }

  /** A preview from nothing, or of what would change. */
  async preview(count: number, ...options: string[]): Promise<{ seconds: number; created: number }> {
    const { stdout, seconds } = await this.pulumi("preview", "--config", `count=${count}`, ...options);
    const created = Number(/\+ (\d+) to create/.exec(stdout)?.[1]);
    if (Number.isNaN(created)) throw new Error(`a preview of ${count} creates nothing:\n${stdout}`);
    return { seconds, created };
  }

  async up(count: number): Promise<{ seconds: number; changes: Readonly<Record<string, number>> }> {
    const { stdout, seconds } = await this.pulumi("up", "--yes", "--skip-preview", "--config", `count=${count}`);
    return { seconds, changes: changesIn(stdout) };
  }

  /** Removes what an `up` made, protected or not. */
  async destroy(): Promise<void> {
    await this.pulumi("state", "unprotect", "--all", "--yes");
    await this.pulumi("destroy", "--yes", "--skip-preview");
  }

  /** Forgets the state. */
  async remove(): Promise<void> {
    await rm(this.#state, { recursive: true, force: true });
    await rm(join(this.#folder, `Pulumi.${stack}.yaml`), { force: true });
  }
}

/** What the end of a run counts, e.g. `{ created: 3, unchanged: 500 }`. */
function changesIn(output: string): Readonly<Record<string, number>> {
  const [, counts] = /\nResources:\n((?: +.+\n)+)/.exec(output) ?? [];
  if (counts === undefined) throw new Error(`the run counts no resources:\n${output}`);
  const lines = [...counts.matchAll(/^ +(?:\S+ )?(\d+) (created|updated|deleted|replaced|unchanged)$/gm)];
  return Object.fromEntries(lines.map(([, count, what]) => [what, Number(count)]));
}
