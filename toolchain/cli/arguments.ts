import { parseArgs } from "node:util";
import { nearest } from "../../components/nearest.ts";
import {
  type CommandName,
  type CommandSpec,
  commandNames,
  commands,
  exampleActions,
  type OptionName,
  optionSpecs,
} from "./commands.ts";
import { CliError } from "./errors.ts";
import { exampleNames } from "./examples.ts";
import { defaultStack, type Target, typed } from "./typed.ts";

/** A command as typed, checked. */
export interface Invocation {
  readonly command: RunName;
  /** What is to be explained instead of run. */
  readonly helpOf?: CommandName;
  /** The program of `examples/` that it is for; none: the one of this clone. */
  readonly example?: string;
  /** Name of the stack; unless given `local`, or the name of the example. */
  readonly stack: string;
  readonly json: boolean;
  readonly diff: boolean;
  readonly showSecrets: boolean;
  /** The stack whose data is to be deleted, typed a second time. */
  readonly deleteData?: string;
  readonly unit: boolean;
  /** How often a benchmark measures. */
  readonly runs?: number;
  /** Words after the command, e.g. `status` of `engine status`. */
  readonly action?: string;
}

/** `example` stands for one of the others, in a program of its own. */
export type RunName = Exclude<CommandName, "example">;

/** Pulumi's own rule for the name, with `org/project/` in front where the backend knows those. */
const stackName = /^([A-Za-z0-9_.-]+\/){0,2}[A-Za-z0-9_.-]{1,100}$/;

/**
 * Reads what follows `node toolchain/run.mjs`. Throws a CliError that names the mistake and what is allowed.
 * `environment` shows options that npm kept for itself because `--` was forgotten: with them lost, a command would run
 * on the wrong stack.
 */
export function parseCommandLine(argv: readonly string[], environment: NodeJS.ProcessEnv = {}): Invocation {
  const [word, ...rest] = argv;
  const command = commandOf(word);
  if (command !== "example") return parseCommand(command, rest, environment);
  const [example, action, ...options] = rest;
  if (rest.includes("--help") || rest.includes("-h")) {
    return { ...parseCommand("up", [], {}), helpOf: "example" };
  }
  return parseCommand(actionOf(example, action), options, environment, example);
}

function parseCommand(
  command: RunName,
  rest: readonly string[],
  environment: NodeJS.ProcessEnv,
  example?: string,
): Invocation {
  const { allowed, actions = [] }: CommandSpec = commands[command];
  const usage = (text: string): CliError => usageOf(command, { example }, text);
  const help = rest.includes("--help") || rest.includes("-h");

  const { values, positionals, tokens } = parseArgs({
    args: [...rest],
    strict: false,
    tokens: true,
    allowPositionals: true,
    options: { ...optionSpecs, help: { type: "boolean", short: "h" } },
  });
  for (const token of tokens) {
    if (token.kind !== "option" || token.name === "help") continue;
    checkOption(command, { example }, token.name, token.rawName, token.value, allowed);
  }
  refuseSwallowed(command, { example }, allowed, values, environment);

  const [action, extra] = positionals;
  const surplus = actions.length > 0 ? extra : action;
  if (surplus !== undefined && !help) {
    throw usage(`unexpected argument "${surplus}"; a stack is named with --stack ${surplus}`);
  }
  if (actions.length > 0 && !help && (action === undefined || !actions.includes(action))) {
    const given = action === undefined ? "needs one of" : `does not know "${action}", only`;
    throw usage(`${command} ${given} ${actions.join(", ")}`);
  }

  const stack = values.stack ?? example ?? defaultStack;
  if (typeof stack !== "string" || !stackName.test(stack)) {
    throw usage(`--stack "${stack}" is no stack name; allowed are letters, digits, ".", "_" and "-"`);
  }
  const deleteData = values["delete-data"];
  if (typeof deleteData === "string" && deleteData !== stack) {
    const both = ["--stack", deleteData, "--delete-data", deleteData];
    throw usage(
      `--delete-data "${deleteData}" is not the stack of this command, "${stack}". To delete all data of a stack, ` +
        `name it in both: ${typed("destroy", { example }, ...both)}. Nothing was deleted`,
    );
  }
  const runs = values.runs === undefined ? undefined : Number(values.runs);
  if (runs !== undefined && !(Number.isInteger(runs) && runs > 0)) {
    throw usage(`--runs "${values.runs}" is no count; allowed are whole numbers from 1 on`);
  }
  return {
    command,
    stack,
    ...(help && { helpOf: command }),
    ...(example !== undefined && { example }),
    json: values.json === true,
    diff: values.diff === true,
    showSecrets: values["show-secrets"] === true,
    unit: values.unit === true,
    ...(runs !== undefined && { runs }),
    ...(typeof deleteData === "string" && { deleteData }),
    ...(action !== undefined && { action }),
  };
}

function commandOf(word: string | undefined): CommandName {
  if (word !== undefined && word in commands) return word as CommandName;
  const all = `the commands are ${commandNames.join(", ")}`;
  if (word === undefined) throw new CliError(`no command given; ${all}`, 2);
  const near = nearest(word, commandNames);
  throw new CliError(`unknown command "${word}"${near ? `, did you mean "${near}"?` : ";"} ${all}`, 2);
}

/** What is to be done with an example. Name and action come first, so that all that follows can be read as for any stack. */
function actionOf(example: string | undefined, action: string | undefined): RunName {
  const names = exampleNames();
  if (example === undefined || !names.includes(example)) {
    const near = example === undefined ? undefined : nearest(example, names);
    const given =
      example === undefined ? "needs a name" : `knows no "${example}"${near ? `, did you mean "${near}"?` : ""}`;
    throw usageOf("example", {}, `example ${given}; the examples are ${names.join(", ")}`);
  }
  const known = exampleActions.find((name) => name === action);
  if (known !== undefined) return known;
  const given = action === undefined ? "needs one of" : `does not know "${action}", only`;
  throw usageOf("example", {}, `example ${example} ${given} ${exampleActions.join(", ")}`);
}

function checkOption(
  command: RunName,
  target: Target,
  name: string,
  rawName: string,
  value: string | undefined,
  allowed: readonly OptionName[],
): void {
  const usage = (text: string): CliError => usageOf(command, target, text);
  const known = allowed.map((option) => option as string);
  if (!known.includes(name)) {
    const near = nearest(name, [...known, "help"]);
    const list = [...known, "help"].map((option) => `--${option}`).join(", ");
    throw usage(`unknown option ${rawName}${near ? `, did you mean --${near}?` : ";"} ${command} takes ${list}`);
  }
  const takesValue = optionSpecs[name as OptionName].type === "string";
  if (takesValue && (value === undefined || value === "" || value.startsWith("-"))) {
    throw usage(`${rawName} needs ${name === "runs" ? "a count" : "the name of a stack"} after it`);
  }
  if (!takesValue && value !== undefined) throw usage(`${rawName} takes no value, "${value}" was given`);
}

function refuseSwallowed(
  command: RunName,
  target: Target,
  allowed: readonly OptionName[],
  values: Readonly<Record<string, unknown>>,
  environment: NodeJS.ProcessEnv,
): void {
  const swallowed = allowed.filter(
    (name) => values[name] === undefined && environment[`npm_config_${name.replaceAll("-", "_")}`] !== undefined,
  );
  if (swallowed.length === 0) return;
  const names = swallowed.map((name) => `--${name}`).join(" and ");
  const right = typed(command, target, names, "...");
  throw usageOf(command, target, `npm kept ${names} for itself; put a -- in front: ${right}`);
}

function usageOf(command: CommandName, { example }: Target, text: string): CliError {
  return new CliError(`${text}\nSee npm run ${example === undefined ? command : "example"} -- --help`, 2);
}
