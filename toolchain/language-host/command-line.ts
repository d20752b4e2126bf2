import type { RuntimeOptions } from "./options.ts";

/** What starts one Node process: its arguments and the variables that are added to its environment. */
export interface CommandLine {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** One run of a program, as the engine asks for it. */
export interface ProgramRun {
  readonly monitorAddress: string;
  readonly engineAddress: string;
  readonly organization: string;
  readonly project: string;
  readonly stack: string;
  /** The folder that holds Pulumi.yaml. */
  readonly rootDirectory: string;
  /** The folder of the program, which becomes its working directory. */
  readonly programDirectory: string;
  /** `main` of Pulumi.yaml within the folder, `.` where it names none. */
  readonly entryPoint: string;
  readonly dryRun: boolean;
  readonly parallel: number;
  readonly args: readonly string[];
  readonly config: Readonly<Record<string, string>>;
  readonly configSecretKeys: readonly string[];
}

/**
 * The command line of `@pulumi/pulumi/cmd/run`, the script that loads a program.
 * @param script its path.
 */
export function programCommandLine(run: ProgramRun, options: RuntimeOptions, script: string): CommandLine {
  return {
    args: [
      ...options.nodeArguments,
      script,
      ...flag("monitor", run.monitorAddress),
      ...flag("engine", run.engineAddress),
      ...flag("organization", run.organization),
      ...flag("project", run.project),
      ...flag("root-directory", run.rootDirectory),
      ...flag("stack", run.stack),
      ...flag("pwd", run.programDirectory),
      ...(run.dryRun ? ["--dry-run"] : []),
      ...flag("parallel", String(run.parallel)),
      run.entryPoint === "" ? "." : run.entryPoint,
      ...run.args,
    ],
    env: {
      ...typescriptVariables(options),
      PULUMI_CONFIG: JSON.stringify(run.config),
      PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(run.configSecretKeys),
    },
  };
}

/** A plugin or policy pack written for Node, as the engine asks for it. */
export interface PluginRun {
  readonly isPolicyPack: boolean;
  readonly programDirectory: string;
  readonly args: readonly string[];
  /** `NAME=value`; the whole environment of the plugin. */
  readonly env: readonly string[];
}

/**
 * The module, within `@pulumi/pulumi`, that runs a plugin of this kind; `undefined` for one that Node runs as it is. That is a policy pack in JavaScript:
 * Pulumi's module loads TypeScript and ts-node before every pack, which takes half a second, and then does no more than load the pack.
 */
export function pluginModule(
  { isPolicyPack }: Pick<PluginRun, "isPolicyPack">,
  { typescript }: Pick<RuntimeOptions, "typescript">,
): string | undefined {
  if (!isPolicyPack) return "@pulumi/pulumi/cmd/run-plugin";
  return typescript ? "@pulumi/pulumi/cmd/run-policy-pack" : undefined;
}

/**
 * The command line of that module: a policy pack gets its folder last, everything else gets it first. Node's own
 * arguments stand behind the script, where they do nothing, because Pulumi's own host puts them there: a plugin that
 * runs here runs there too.
 */
export function pluginCommandLine(plugin: PluginRun, options: RuntimeOptions, script: string): CommandLine {
  return {
    args: [
      script,
      ...options.nodeArguments,
      ...(plugin.isPolicyPack ? [...plugin.args, plugin.programDirectory] : [plugin.programDirectory, ...plugin.args]),
    ],
    env: { ...Object.fromEntries(plugin.env.map(variable)), ...typescriptVariables(options) },
  };
}

/** How a run is reported to the engine: an error to show, or `bail`, where the program has already shown it. */
export interface RunResult {
  readonly error: string;
  readonly bail: boolean;
}

/** `cmd/run` exits with this code when the user has already read what is wrong. */
const shownToTheUser = 32;

export function runResult(code: number | null, signal: string | null): RunResult {
  if (code === 0) return { error: "", bail: false };
  if (code === shownToTheUser) return { error: "", bail: true };
  if (code !== null) return { error: `Program exited with non-zero exit code: ${code}`, bail: false };
  return { error: `Program was ended by signal ${signal ?? "unknown"}`, bail: false };
}

function flag(name: string, value: string): string[] {
  return value === "" ? [] : [`--${name}`, value];
}

function variable(text: string): [string, string] {
  const equals = text.indexOf("=");
  return equals < 0 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
}

function typescriptVariables(options: RuntimeOptions): Record<string, string> {
  return {
    ...(options.typescript ? { PULUMI_NODEJS_TYPESCRIPT: "true" } : {}),
    ...(options.tsconfig === "" ? {} : { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
  };
}
