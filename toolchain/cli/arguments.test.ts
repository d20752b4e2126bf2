import { describe, expect, it } from "vitest";
import { parseCommandLine } from "./arguments.ts";
import { commandNames, helpFor } from "./commands.ts";
import { CliError } from "./errors.ts";

const parse = (line: string, environment: NodeJS.ProcessEnv = {}) =>
  parseCommandLine(line.split(" ").filter(Boolean), environment);

describe("what was typed", () => {
  it.each([
    ["up", { command: "up", stack: "local", json: false, showSecrets: false }],
    ["up --stack blue --json", { command: "up", stack: "blue", json: true }],
    ["up --stack=acme/pulumi-postgres-ha/blue", { stack: "acme/pulumi-postgres-ha/blue" }],
    ["outputs --json --show-secrets", { command: "outputs", json: true, showSecrets: true }],
    ["preview --diff", { command: "preview", diff: true }],
    ["destroy --delete-data local", { command: "destroy", deleteData: "local" }],
    ["destroy --stack blue --delete-data blue", { stack: "blue", deleteData: "blue" }],
    ["engine status", { command: "engine", action: "status" }],
    ["bench up --runs 3", { command: "bench", action: "up", runs: 3 }],
    ["test --unit", { command: "test", unit: true }],
    ["destroy -h", { helpOf: "destroy" }],
    ["example sagaz up --json", { command: "up", example: "sagaz", stack: "sagaz", json: true }],
    ["example sagaz preview --stack blue --diff", { command: "preview", example: "sagaz", stack: "blue", diff: true }],
    ["example sagaz destroy --delete-data sagaz", { command: "destroy", stack: "sagaz", deleteData: "sagaz" }],
    ["example --help", { helpOf: "example" }],
    ["example sagaz up -h", { helpOf: "example" }],
  ])("%s", (line, expected) => {
    expect(parse(line)).toMatchObject(expected);
  });

  it("deletes no data unless asked to", () => {
    expect(parse("destroy")).not.toHaveProperty("deleteData");
  });
});

describe("what is refused, with the way out", () => {
  it.each([
    ["", /no command given; the commands are up, preview/],
    ["upp", /unknown command "upp", did you mean "up"\?/],
    ["launch", /unknown command "launch"; the commands are/],
    [
      "up --stak blue",
      /unknown option --stak, did you mean --stack\? up takes --stack, --json, --show-secrets, --help/,
    ],
    ["up --diff", /unknown option --diff/],
    ["up --stack", /--stack needs the name of a stack after it/],
    ["up --stack --json", /--stack needs the name/],
    ["up --json=yes", /--json takes no value, "yes" was given/],
    ["up blue", /unexpected argument "blue"; a stack is named with --stack blue/],
    ["up --stack b!", /no stack name; allowed are letters/],
    ["bench up --runs none", /--runs "none" is no count/],
    ["bench up --runs", /--runs needs a count after it/],
    ["engine", /engine needs one of status, stop/],
    ["engine restart", /engine does not know "restart", only status, stop/],
    ["example", /example needs a name; the examples are agrilogistic, .*sagaz/],
    ["example sagas up", /knows no "sagas", did you mean "sagaz"\?/],
    ["example sagaz", /example sagaz needs one of up, preview, outputs, refresh, destroy/],
    ["example sagaz env", /example sagaz does not know "env", only up/],
    ["example sagaz up --diff", /unknown option --diff/],
    [
      "example sagaz destroy --delete-data local",
      /"local" is not the stack of this command, "sagaz".*example -- sagaz destroy --stack local --delete-data local/s,
    ],
    ["destroy --delete-data", /--delete-data needs the name of a stack after it/],
    ["destroy --delete-data blue", /"blue" is not the stack of this command, "local".*Nothing was deleted/s],
    ["destroy --stack blue --delete-data local", /"local" is not the stack of this command, "blue"/],
  ])("%s", (line, message) => {
    expect(() => parse(line)).toThrow(message);
    expect(() => parse(line)).toThrow(CliError);
  });

  it("options that npm kept for itself, because the command would run on another stack", () => {
    expect(() => parse("up", { npm_config_stack: "blue" })).toThrow("put a -- in front: npm run up -- --stack ...");
    expect(() => parse("example sagaz up", { npm_config_stack: "blue" })).toThrow(
      "put a -- in front: npm run example -- sagaz up --stack ...",
    );
    expect(parse("up --stack blue", { npm_config_stack: "red" }).stack).toBe("blue");
  });
});

it("every command explains itself and its options", () => {
  for (const name of commandNames) expect(helpFor(name)).toContain(`npm run ${name}`);
  expect(helpFor("destroy")).toContain("--delete-data STACK");
  expect(helpFor("up")).toContain('the stack, "local" unless given');
  expect(helpFor("example")).toContain("the stack, NAME unless given");
});
