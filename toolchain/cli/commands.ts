/** Every option of every command, in the form of node:util's parseArgs. */
export const optionSpecs = {
  stack: { type: "string" },
  json: { type: "boolean" },
  "show-secrets": { type: "boolean" },
  diff: { type: "boolean" },
  "delete-data": { type: "string" },
  unit: { type: "boolean" },
  runs: { type: "string" },
} as const;

export type OptionName = keyof typeof optionSpecs;

const optionHelp: Readonly<Record<OptionName, readonly [syntax: string, meaning: string]>> = {
  stack: ["--stack NAME", 'the stack, "local" unless given'],
  json: ["--json", "one JSON event a line, the last is the result (toolchain/cli/README.md)"],
  "show-secrets": ["--show-secrets", "show passwords instead of ****"],
  diff: ["--diff", "show the old and the new value of each property"],
  "delete-data": ["--delete-data STACK", "delete the data too; the name of the stack must be typed again"],
  runs: ["--runs COUNT", "how often to measure, 5 unless given"],
  unit: ["--unit", "leave out the integration tests, which need an engine"],
};

export interface CommandSpec {
  readonly summary: string;
  readonly detail: string;
  readonly allowed: readonly OptionName[];
  readonly actions?: readonly string[];
  /** What follows the command, where it is more than one of the actions. */
  readonly syntax?: string;
}

export const commands = {
  up: {
    summary: "bring the stack up, or bring it up to date",
    detail:
      "Obtains what is missing (Docker engine, Pulumi, images), then does what `pulumi up` does, and ends with the\n" +
      "endpoints. Running it again changes nothing; after an interrupt it continues.",
    allowed: ["stack", "json", "show-secrets"],
  },
  preview: {
    summary: "show what `up` would change",
    detail: "Changes nothing.",
    allowed: ["stack", "json", "diff"],
  },
  config: {
    summary: "show every setting of the stack, and where each value comes from",
    detail:
      "Reads Pulumi.<stack>.yaml and nothing else: no engine, no Pulumi. With what follows from it: the servers' settings,\n" +
      "the timings, and how long a fault is felt. Encrypted values are shown as ****.",
    allowed: ["stack", "json"],
  },
  outputs: {
    summary: "show endpoints and connection strings",
    detail: "Passwords are masked unless --show-secrets is given.",
    allowed: ["stack", "json", "show-secrets"],
  },
  refresh: {
    summary: "compare the state with what really runs",
    detail: "Changes the state only, never what runs. The next `up` repairs what was changed outside of Pulumi.",
    allowed: ["stack", "json"],
  },
  destroy: {
    summary: "remove what runs, keep the data",
    detail:
      "Keeps everything that holds data (volumes, passwords, roles, databases, the bucket); the next `up` finds it.\n" +
      "With --delete-data nothing is left: containers, networks, volumes and state. That cannot be undone.",
    allowed: ["stack", "json", "delete-data"],
  },
  env: {
    summary: "print the environment for using `pulumi` directly",
    detail: 'eval "$(npm run -s env)" && pulumi up -s local     does what `npm run up` does.',
    allowed: ["stack"],
  },
  engine: {
    summary: "show or stop the Docker engine that was started for you",
    detail: "`stop` ends only an engine that `up` started; one of yours is never touched.",
    allowed: ["json"],
    actions: ["status", "stop"],
  },
  test: {
    summary: "check format, lint and types, run the unit and integration tests",
    detail: "Each check runs even if one before it failed, and the exit code says whether all passed.",
    allowed: ["unit"],
  },
  example: {
    summary: "run a program of examples/",
    detail:
      "What ACTION does as a command of its own, for the program in examples/NAME; its stack bears that name unless --stack\n" +
      "gives another. `destroy` keeps the data, `destroy --delete-data NAME` does not.",
    allowed: ["stack", "json", "show-secrets", "diff", "delete-data"],
    syntax: "NAME up|preview|outputs|refresh|destroy",
  },
  bench: {
    summary: "measure the bounds that the README quotes",
    detail:
      "`up`: the first write against the same containers started by hand, a second `up`, memory of the idle stack.\n" +
      "`change`: changed settings on a running stack under load. `preview`: up to 50 clusters in one program.\n" +
      "`fresh`: from a new clone to the end of the first `up`. `partitions`: what they read, remove and insert against one table.\n" +
      "`conversion`: a table in use into a partitioned one. `tables`: 500 of them in one program, previewed and made.",
    allowed: ["runs", "json"],
    actions: ["up", "change", "preview", "fresh", "partitions", "conversion", "tables"],
  },
} as const satisfies Record<string, CommandSpec>;

export type CommandName = keyof typeof commands;

/** What `npm run example` does with a program. */
export const exampleActions = ["up", "preview", "outputs", "refresh", "destroy"] as const satisfies CommandName[];

export const commandNames = Object.keys(commands) as CommandName[];

/** The text of `--help` for one command. */
export function helpFor(name: CommandName): string {
  const { summary, detail, allowed, actions, syntax = actions?.join("|") }: CommandSpec = commands[name];
  const rows = [...allowed.map((option) => optionHelp[option]), ["--help", "this text"] as const].map(
    ([option, meaning]) => [option, name === "example" ? meaning.replace('"local"', "NAME") : meaning] as const,
  );
  const width = Math.max(...rows.map(([syntax]) => syntax.length));
  return [
    `npm run ${name}${syntax ? ` -- ${syntax}` : ""}: ${summary}`,
    "",
    detail,
    "",
    `Options, after a --, as in npm run ${name} -- ${name === "example" ? "NAME up" : (actions?.[0] ?? rows[0]?.[0] ?? "--help")}`,
    ...rows.map(([syntax, meaning]) => `  ${syntax.padEnd(width)}  ${meaning}`),
  ].join("\n");
}
