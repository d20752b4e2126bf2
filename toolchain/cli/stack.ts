import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalWorkspace, PulumiCommand, Stack } from "@pulumi/pulumi/automation/index.js";
import type { OutputMap } from "@pulumi/pulumi/automation/stack.js";
import type { StackOutputs } from "./endpoints.ts";
import type { Interruption } from "./interruption.ts";
import { PulumiFailure, type PulumiRunner, runnerFrom } from "./pulumi-process.ts";
import { surelyFinished, surelyMissing } from "./state-file.ts";
import type { ExportedState } from "./unfinished.ts";

/** A stack of the project in `root`, through the Automation API. */
export interface OpenStack {
  readonly stack: Stack;
  /** Whether the stack cannot exist yet, as far as can be told without asking Pulumi. */
  readonly surelyMissing: boolean;
  /** Makes the stack where it does not exist yet. */
  create(): Promise<void>;
  /** A `pulumi` command that the Automation API has no method for; the stack's name is added. */
  pulumi(...args: string[]): Promise<string>;
  /** Waits until every `pulumi` that was started has ended: the Automation API may fail before its process does. */
  ended(): Promise<void>;
  outputs(): Promise<StackOutputs>;
  /** Whether certainly no run of it was killed in the middle of an operation. Costs no process, as `readState` does. */
  surelyFinished(): boolean;
  readState(): Promise<ExportedState>;
  /** Takes the lock of the stack for a moment, and fails where a run has it. */
  writeState(state: ExportedState): Promise<void>;
  /**
   * Removes from the state what a killed run left open, once an operation has done it again. Pulumi itself keeps it, and
   * warns of it at every run, until somebody edits the state.
   */
  forgetPending(): Promise<void>;
}

/**
 * Opens a stack without a word to Pulumi: it is neither looked for nor selected, since every command names it, and a
 * selection would change what the user's own `pulumi up` means.
 */
export async function openStack(root: string, name: string, interruption: Interruption): Promise<OpenStack> {
  const runner = runnerFrom(await PulumiCommand.get(), interruption);
  const workspace = await LocalWorkspace.create({ workDir: root, pulumiCommand: runner });
  workspace.selectStack = async () => {};
  // The two readings wait for nothing but each other; one after the other costs half a second of every `up`.
  workspace.stackOutputs = (stack) => readOutputs(runner, root, stack);
  const stack = await Stack.select(name, workspace);
  // From the history, where the engine's events have told us already.
  stack.info = async () => undefined;
  const pulumi = async (...args: string[]): Promise<string> =>
    (await runner.run([...args, "--stack", name], root, {})).stdout;
  const backend = process.env.PULUMI_BACKEND_URL;
  const { name: project } = await workspace.projectSettings();
  const readState = async () => JSON.parse(await pulumi("stack", "export")) as ExportedState;
  const writeState = (state: ExportedState) => importState(pulumi, state);
  let missing = surelyMissing(backend, project, name);
  return {
    stack,
    get surelyMissing() {
      return missing;
    },
    surelyFinished: () => surelyFinished(backend, project, name),
    async create() {
      await workspace.createStack(name);
      missing = false;
    },
    pulumi,
    ended: () => runner.ended(),
    outputs: async () => toStackOutputs(await stack.outputs()),
    readState,
    writeState,
    async forgetPending() {
      const state = await readState();
      if (state.deployment.pending_operations === undefined) return;
      delete state.deployment.pending_operations;
      await writeState(state);
    },
  };
}

async function readOutputs(runner: PulumiRunner, root: string, stack: string): Promise<OutputMap> {
  const read = async (...args: string[]): Promise<Record<string, unknown>> =>
    JSON.parse((await runner.run(["stack", "output", "--json", "--stack", stack, ...args], root, {})).stdout);
  const [masked, clear] = await Promise.all([read(), read("--show-secrets")]);
  // An output that holds a secret anywhere inside counts as one.
  const secret = (name: string): boolean => JSON.stringify(masked[name]) !== JSON.stringify(clear[name]);
  return Object.fromEntries(Object.entries(clear).map(([name, value]) => [name, { value, secret: secret(name) }]));
}

export function toStackOutputs(outputs: OutputMap): StackOutputs {
  return {
    values: Object.fromEntries(Object.entries(outputs).map(([name, output]) => [name, output.value as unknown])),
    secrets: new Set(Object.keys(outputs).filter((name) => outputs[name]?.secret)),
  };
}

/** The Automation API's own export and import would write all secrets in clear into a file on the way. */
async function importState(pulumi: OpenStack["pulumi"], state: ExportedState): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "pulumi-postgres-ha-"));
  try {
    await writeFile(join(folder, "state.json"), JSON.stringify(state), { mode: 0o600 });
    await pulumi("stack", "import", "--file", join(folder, "state.json"));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Whether the command failed because the stack does not exist. */
export function isMissingStack(error: unknown): boolean {
  return error instanceof PulumiFailure && /no stack named .* found/.test(error.stderr);
}
