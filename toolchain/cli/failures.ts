import { CliError } from "./errors.ts";
import { describeLock, parseLocks } from "./locks.ts";
import { PulumiFailure } from "./pulumi-process.ts";
import { policyConfigFile } from "./stack-files.ts";
import { typed } from "./typed.ts";

/** What an explanation may have to name. */
export interface FailureContext {
  readonly command: string;
  readonly stack: string;
  readonly example?: string | undefined;
  /** The errors that were shown while it ran. */
  readonly errors: readonly string[];
  /** Whether to repeat those: for a program, which reads the result only. */
  readonly repeat: boolean;
  readonly environment: NodeJS.ProcessEnv;
}

type Explanation = (stderr: string, context: FailureContext) => string;

/** Pulumi's errors that a person can do something about, and what. The first that matches is used. */
const known: readonly (readonly [pattern: RegExp, explain: Explanation])[] = [
  [/the stack is currently locked by|Another update is currently in progress/, locked],
  [
    /incorrect passphrase/,
    (_, { stack, environment }) =>
      `the passphrase of stack "${stack}" is wrong: it comes from ${passphraseSource(environment)}. Nothing was ` +
      "changed. Give the one that the stack was made with; without it, its secrets cannot be read.",
  ],
  [
    /passphrase must be set with|could not find.*passphrase/i,
    (_, { stack }) =>
      `stack "${stack}" needs a passphrase and there is none. Set PULUMI_CONFIG_PASSPHRASE or ` +
      "PULUMI_CONFIG_PASSPHRASE_FILE to the one that the stack was made with.",
  ],
  [
    /no stack named .* found/,
    (_, context) => `there is no stack "${context.stack}". ${typed("up", context)} makes it.`,
  ],
  [
    /invalid YAML file/,
    (stderr, { stack }) => {
      const reason = /invalid YAML file: (?:yaml: )?(.*)/.exec(stderr)?.[1] ?? "";
      return `Pulumi.${stack.split("/").at(-1)}.yaml is not valid YAML: ${reason}. Repair it and run the same command again.`;
    },
  ],
  [
    /no space left on device/i,
    (stderr) => `the disk is full. Free some space and run the same command again.\n${pulumiErrors(stderr)}`,
  ],
];

/** One text for people from whatever a command threw: what is wrong and the way out, never a stack of ours. */
export function explainFailure(error: unknown, context: FailureContext): string {
  if (error instanceof PulumiFailure) {
    const text = `${error.stderr}\n${error.stdout}`;
    for (const [pattern, explain] of known) if (pattern.test(text)) return explain(text, context);
    const what = `${context.command} of stack "${context.stack}" failed`;
    if (context.errors.length > 0) {
      const advice = [...imageAdvice(context), ...policyAdvice(context)];
      if (context.repeat) return [`${what}:`, ...context.errors, ...advice].join("\n");
      const first = `${what}; the errors are above. Once they are repaired, run the same command again.`;
      return [first, ...advice].join("\n");
    }
    return `${what}:\n${pulumiErrors(error.stderr) || pulumiErrors(error.stdout) || error.message}`;
  }
  if (error instanceof CliError) return error.message;
  if (error instanceof Error) return isDefect(error) ? (error.stack ?? error.message) : error.message;
  return String(error);
}

/** Errors of JavaScript itself are defects of this tool: their stack is what a bug report needs. */
const isDefect = (error: Error): boolean =>
  error instanceof TypeError ||
  error instanceof ReferenceError ||
  error instanceof RangeError ||
  error instanceof SyntaxError;

/** How engines and registries say that an image is not to be had. */
const noSuchImage =
  /registry[^\n]*(no such host|timeout|connection refused)|\/v2\/"?:|pull access denied|manifest unknown|manifest for .* not found|failed to resolve (source metadata|reference)/i;

/** Where an image cannot be built because what it is built from cannot be had: the errors need not name that. */
function imageAdvice({ errors, environment }: FailureContext): string[] {
  if (!errors.some((error) => noSuchImage.test(error))) return [];
  const named = ["POSTGRES_HA_BASE_IMAGE", "POSTGRES_HA_MINIO_IMAGE"].flatMap((variable) =>
    environment[variable] ? [`${environment[variable]} (${variable})`] : [],
  );
  return named.length === 0
    ? [
        "The images are built from those in images/pins.json. Let the engine reach their registry, or name others in " +
          "POSTGRES_HA_BASE_IMAGE and POSTGRES_HA_MINIO_IMAGE.",
      ]
    : [
        `The images are built from ${named.join(" and ")}. Correct or unset the variable whose image cannot be had, ` +
          "or bring that image to the engine with docker pull or docker load.",
      ];
}

/** Where a mandatory policy has stopped a command: how its user can decide otherwise. */
function policyAdvice({ errors, stack }: FailureContext): string[] {
  if (!errors.some((error) => /(^|: )policy pulumi-postgres-ha\/[\w-]+: /.test(error))) return [];
  return [`What a rule means for this stack is set in ${policyConfigFile(stack)} (policies/README.md).`];
}

function locked(text: string, { stack, example }: FailureContext): string {
  const folder = example === undefined ? "" : ` --cwd examples/${example}`;
  const holders = parseLocks(text).map((lock) => `  ${describeLock(lock)}`);
  const by = holders.length === 0 ? "" : ` by\n${holders.join("\n")}\n`;
  return (
    `stack "${stack}" is locked${by || ": "}Another run is changing it; wait for it to end. Nothing was changed. If it ` +
    `surely is over, as on a host that is gone: eval "$(npm run -s env)" && pulumi cancel -s ${stack}${folder}`
  );
}

function passphraseSource(environment: NodeJS.ProcessEnv): string {
  // Pulumi's own order.
  if (environment.PULUMI_CONFIG_PASSPHRASE !== undefined) return "the environment variable PULUMI_CONFIG_PASSPHRASE";
  const file = environment.PULUMI_CONFIG_PASSPHRASE_FILE;
  return file === undefined ? "nowhere" : `the file ${file} (PULUMI_CONFIG_PASSPHRASE_FILE)`;
}

/** The lines of Pulumi's output from its `error:` on, without the prefix and without warnings. */
function pulumiErrors(text: string): string {
  const lines = text.split("\n");
  const first = lines.findIndex((line) => line.startsWith("error: "));
  if (first < 0) return "";
  return lines
    .slice(first)
    .filter((line) => !line.startsWith("warning: "))
    .map((line) => line.replace(/^error: /, ""))
    .join("\n")
    .trim();
}
